package org.beammedallion.transforms.decode.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.PackedFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Decodes texts behind the number of their schema, which is only looked up. Dead letters have the
 * whole value.
 */
public final class WireTextDecoder implements RecordDecoder {

  private static final long serialVersionUID = 1L;

  private final RecordDecoder texts;

  private WireTextDecoder(RecordDecoder texts) {
    this.texts = texts;
  }

  /**
   * @param texts decodes what is behind the number
   */
  public static WireTextDecoder of(RecordDecoder texts) {
    return new WireTextDecoder(texts);
  }

  @Override
  public RowBatch decode(RawBatch batch) {
    WriterSchemas schemas = WriterSchemas.of(batch);
    PackedFields fields = batch.fields();
    int most = batch.count();
    int[] starts = new int[most];
    int[] lengths = new int[most];
    long[] positions = new long[most];
    int[] kept = new int[most];
    Map<Long, Integer> records = new HashMap<>();
    List<DeadLetter> rejects = new ArrayList<>(batch.rejects());
    int count = 0;
    for (int i = 0; i < most; i++) {
      int from = batch.starts()[i];
      int skipped = WireFormat.PREFIX;
      try {
        if (batch.hasValue(i)) {
          schemas.require(
              WireFormat.requireSchemaId(batch.bytes(), from, from + batch.lengths()[i]));
        } else {
          skipped = 0;
        }
      } catch (MalformedRecord e) {
        rejects.add(whole(batch, i, Reason.MALFORMED, e.detail(), null));
        continue;
      }
      starts[count] = from + skipped;
      lengths[count] = batch.lengths()[i] - skipped;
      positions[count] = batch.positions()[i];
      kept[count] = i;
      records.put(positions[count], i);
      count++;
    }
    rejects.sort(Comparator.comparingLong(reject -> reject.provenance().position()));
    RowBatch rows =
        texts.decode(
            new RawBatch(
                batch.source(),
                batch.shard(),
                null,
                batch.bytes(),
                count,
                starts,
                lengths,
                positions,
                rejects,
                batch.landed(),
                fields == null || count == most ? fields : fields.only(Arrays.copyOf(kept, count)),
                batch.encoding()));
    return rows.withRejects(
        rows.rejects().stream().map(each -> whole(batch, records, each)).toList());
  }

  private static DeadLetter whole(RawBatch batch, Map<Long, Integer> records, DeadLetter letter) {
    Integer record = records.get(letter.provenance().position());
    return record == null
        ? letter
        : whole(batch, record, letter.reason(), letter.detail(), letter.rule());
  }

  private static DeadLetter whole(
      RawBatch batch, int record, Reason reason, String detail, @Nullable String rule) {
    return new DeadLetter(
        reason,
        detail,
        rule,
        batch.payload(record),
        batch.lengths()[record],
        batch.provenance(record));
  }
}
