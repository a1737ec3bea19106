package org.beammedallion.transforms.decode.json;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages that meet all conditions; the others are counted as {@linkplain
 * RowBatch#ignored ignored}. A value that is no JSON object cannot be looked into: it is left to
 * the decoder, which says what is wrong with it.
 */
public final class SelectedMessages implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final List<Condition> conditions;
  private final RecordDecoder decoder;

  /**
   * A header or a field has one of some values.
   *
   * @param ofHeader whether it is of the last header of a name, else it is of a field of the JSON
   *     value
   * @param names the header's name, or names of members from the value to the field
   * @param values what a text is, or how a number or boolean is written
   */
  public record Condition(boolean ofHeader, List<String> names, List<String> values)
      implements Serializable {
    public Condition {
      names = List.copyOf(names);
      values = List.copyOf(values);
    }
  }

  public SelectedMessages(List<Condition> conditions, RecordDecoder decoder) {
    this.conditions = List.copyOf(conditions);
    this.decoder = decoder;
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    Selection selection = new Selection();
    int[] selected = new int[batch.count()];
    int count = 0;
    for (int i = 0; i < batch.count(); i++) {
      if (selection.takes(batch, i)) {
        selected[count++] = i;
      }
    }
    return count == batch.count()
        ? decoder.decode(batch)
        : decoder
            .decode(batch.only(Arrays.copyOf(selected, count)))
            .withIgnored((long) batch.count() - count);
  }

  /** A condition as it is looked at, made once for a batch. Not thread-safe. */
  private static final class Prepared {
    final boolean ofHeader;
    final String header;

    /** One for each object on the way to the field. */
    final JsonMembers[] path;

    private final byte[][] values;

    Prepared(Condition condition) {
      ofHeader = condition.ofHeader();
      header = ofHeader ? condition.names().get(0) : "";
      path =
          ofHeader
              ? new JsonMembers[0]
              : condition.names().stream().map(JsonMembers::new).toArray(JsonMembers[]::new);
      values =
          condition.values().stream()
              .map(value -> value.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }

    boolean has(byte[] bytes, int from, int to) {
      for (byte[] value : values) {
        if (Arrays.equals(value, 0, value.length, bytes, from, to)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Looks at messages one after the other. */
  private final class Selection {
    private final List<Prepared> all = conditions.stream().map(Prepared::new).toList();
    private final boolean looksAtHeaders = conditions.stream().anyMatch(Condition::ofHeader);
    private final JsonScanner scanner = new JsonScanner(JsonDecoder.DEFAULT_MAX_DEPTH);

    boolean takes(RawBatch batch, int record) {
      MessageFields beside = looksAtHeaders ? batch.message(record) : MessageFields.NONE;
      for (Prepared condition : all) {
        boolean holds =
            condition.ofHeader
                ? holds(condition, beside.lastHeader(condition.header))
                : holds(condition, batch, record);
        if (!holds) {
          return false;
        }
      }
      return true;
    }

    private boolean holds(Prepared condition, byte @Nullable [] header) {
      return header != null && condition.has(header, 0, header.length);
    }

    private boolean holds(Prepared condition, RawBatch batch, int record) {
      byte[] bytes = batch.bytes();
      int to = batch.starts()[record] + batch.lengths()[record];
      int from = Bom.skip(bytes, batch.starts()[record], to);
      if (Utf8.firstInvalid(bytes, from, to) >= 0) {
        return true;
      }
      try {
        return holds(condition, bytes, from, to);
      } catch (MalformedRecord e) {
        return true;
      }
    }

    private boolean holds(Prepared condition, byte[] bytes, int from, int to)
        throws MalformedRecord {
      int start = from;
      int end = to;
      for (JsonMembers members : condition.path) {
        scanner.reset(bytes, start, end);
        int p = scanner.afterSpace(start);
        if (start > from && scanner.at(p) != '{') {
          return false;
        }
        int behind = scanner.afterSpace(members.scan(scanner, bytes, p, 1));
        if (behind < end) {
          throw scanner.unexpected(behind, "nothing after the object");
        } else if (members.isNull(0)) {
          return false;
        }
        start = members.start(0);
        end = members.end(0);
      }
      scanner.reset(bytes, start, end);
      if (bytes[start] != '"') {
        return condition.has(bytes, start, end);
      }
      int quote = scanner.closingQuote(start + 1);
      boolean escaped = scanner.isEscaped();
      int length = escaped ? scanner.unescape(start + 1, quote) : quote - start - 1;
      byte[] text = escaped ? scanner.unescaped() : bytes;
      int begin = escaped ? 0 : start + 1;
      return condition.has(text, begin, begin + length);
    }
  }
}
