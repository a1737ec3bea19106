package org.beammedallion.transforms.decode.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;

/**
 * Decodes the messages that meet all conditions; the others are counted as {@linkplain
 * RowBatch#ignored ignored}. A value that is no JSON object cannot be looked into: it is left to
 * the decoder, which says what is wrong with it.
 */
public final class SelectedMessages implements RecordDecoder {

  private static final long serialVersionUID = 2L;

  private final List<Condition> conditions;
  private final RecordDecoder decoder;

  public SelectedMessages(List<Condition> conditions, RecordDecoder decoder) {
    this.conditions = List.copyOf(conditions);
    this.decoder = decoder;
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    List<Prepared> all = conditions.stream().map(Prepared::new).toList();
    boolean looksAtHeaders = conditions.stream().anyMatch(each -> each.part().ofHeader());
    int[] selected = new int[batch.count()];
    int count = 0;
    for (int i = 0; i < batch.count(); i++) {
      MessageFields beside = looksAtHeaders ? batch.message(i) : MessageFields.NONE;
      if (allHold(all, batch, i, beside)) {
        selected[count++] = i;
      }
    }
    return count == batch.count()
        ? decoder.decode(batch)
        : decoder
            .decode(batch.only(Arrays.copyOf(selected, count)))
            .withIgnored((long) batch.count() - count);
  }

  private static boolean allHold(
      List<Prepared> all, RawBatch batch, int record, MessageFields beside) {
    for (Prepared condition : all) {
      if (!condition.holds(batch, record, beside)) {
        return false;
      }
    }
    return true;
  }

  /** A condition as it is looked at, made once for a batch. Not thread-safe. */
  private static final class Prepared {
    private final MessageValue value;
    private final byte[][] values;

    Prepared(Condition condition) {
      value = new MessageValue(condition.part());
      values =
          condition.values().stream()
              .map(text -> text.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }

    boolean holds(RawBatch batch, int record, MessageFields beside) {
      return switch (value.find(batch, record, beside, 0)) {
        case VALUE -> isOneOfThem();
        case ABSENT -> false;
        case UNREADABLE -> true;
      };
    }

    private boolean isOneOfThem() {
      for (byte[] each : values) {
        if (Arrays.equals(each, 0, each.length, value.bytes(), value.from(), value.to())) {
          return true;
        }
      }
      return false;
    }
  }
}
