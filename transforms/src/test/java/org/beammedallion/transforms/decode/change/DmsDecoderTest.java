package org.beammedallion.transforms.decode.change;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.util.SerializableUtils;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.RawBatches;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.junit.jupiter.api.Test;

class DmsDecoderTest {

  private static final DmsFormat PLAIN = new DmsFormat("Op", null);
  private static final DmsFormat TIMED = new DmsFormat("Op", "cdc_ts");

  private static RawBatch file(String name, String header, String... records) {
    RawBatch raw = RawBatches.withHeader(header, records);
    return new RawBatch(
        "file:/in/" + name,
        raw.shard(),
        raw.header(),
        raw.bytes(),
        raw.count(),
        raw.starts(),
        raw.lengths(),
        raw.positions(),
        raw.rejects());
  }

  private static RowBatch decode(DmsFormat format, CsvFormat csv, RawBatch raw) {
    return DmsDecoder.of(Changes.ROWS, format, csv, RowCheck.NONE).decode(raw);
  }

  private static RowBatch decode(DmsFormat format, RawBatch raw) {
    return decode(format, CsvFormat.RFC_4180, raw);
  }

  private static List<String> sequences(RowBatch batch) {
    return Changes.all(batch).stream().map(row -> String.valueOf(row.get("_sequence"))).toList();
  }

  @Test
  void readsInsertsUpdatesAndDeletes() {
    RowBatch batch =
        decode(
            TIMED,
            file(
                "20251103-1.csv",
                "Op,cdc_ts,branch,full_name,id,price",
                "I,2025-11-03 09:00:00.000001,north,Ada,1,12.50",
                "U,2025-11-03 09:00:01,north,\"Ada, again\",1,13",
                "D,2025-11-03 09:00:02,north,,1,"));

    assertThat(batch.rejects(), is(List.of()));
    assertThat(Changes.deletes(batch), is(List.of(false, false, true)));
    assertThat(Changes.all(batch).get(0).get("price"), is(new BigDecimal("12.50")));
    assertThat(Changes.all(batch).get(1).get("name"), is("Ada, again"));
    assertThat(Changes.all(batch).get(2).get("id"), is(1L));
    assertThat(Changes.all(batch).get(2).get("name"), is(nullValue()));
  }

  @Test
  void ordersByTimeThenFileThenPlace() {
    String header = "Op,cdc_ts,id,full_name";
    String early = "U,2025-11-03 09:00:00,1,a";
    String late = "U,2025-11-03 09:00:01,1,a";
    List<String> ordered =
        Stream.of(
                // A full load is as late as it was read, but older than every change.
                sequences(
                    decode(
                        TIMED,
                        file("LOAD001.csv", "cdc_ts,id,full_name", "2026-01-01 00:00:00,1,a"))),
                sequences(decode(TIMED, file("1.csv", header, early, early))),
                sequences(decode(TIMED, file("2.csv", header, early, late))),
                sequences(decode(TIMED, file("10.csv", header, late.replace("01,", "02,")))))
            .flatMap(List::stream)
            .toList();

    for (int i = 1; i < ordered.size(); i++) {
      assertThat(ordered.get(i - 1), is(lessThan(ordered.get(i))));
    }
  }

  @Test
  void ordersByFileAndPlaceWithoutTimes() {
    List<String> ordered =
        Stream.of("LOAD00000001.csv", "20251103-101500000.csv", "20251103-101500001.csv")
            .flatMap(
                name ->
                    sequences(decode(PLAIN, file(name, "Op,id,full_name", "I,1,a", "U,1,b")))
                        .stream())
            .toList();

    for (int i = 1; i < ordered.size(); i++) {
      assertThat(ordered.get(i - 1), is(lessThan(ordered.get(i))));
    }
  }

  @Test
  void readsFullLoadsWithAndWithoutOperations() {
    assertThat(decode(PLAIN, file("LOAD00000001.csv", "id,full_name", "1,Ada")).count(), is(1));
    assertThat(
        decode(PLAIN, file("LOAD00000001.csv", "Op,id,full_name", "I,1,Ada")).count(), is(1));
  }

  @Test
  void readsFilesWithoutHeader() {
    CsvFormat csv = CsvFormat.RFC_4180.withoutHeader();
    String row = "1,Ada,12.50,,,,,,,[]";

    RowBatch load = decode(PLAIN, csv, file("LOAD00000001.csv", "", row, "I," + row));
    assertThat(load.rejects(), is(List.of()));
    assertThat(Changes.all(load).get(0).get("name"), is("Ada"));
    assertThat(Changes.all(load).get(1).get("name"), is("Ada"));
    RowBatch changes = decode(PLAIN, csv, file("20251103-1.csv", "", "D," + row, row));
    assertThat(Changes.deletes(changes), is(List.of(true)));
    assertThat(changes.rejects().get(0).reason(), is(Reason.MALFORMED));
  }

  @Test
  void refusesChangesWithoutOperationTimeOrKey() {
    RowBatch batch =
        decode(
            TIMED,
            file(
                "20251103-1.csv",
                "Op,cdc_ts,id,full_name",
                ",2025-11-03 09:00:00,1,a",
                "X,2025-11-03 09:00:00,1,a",
                "I,,1,a",
                "I,yesterday,1,a",
                "D,2025-11-03 09:00:00,,",
                "U,2025-11-03 09:00:00,1,"));

    assertThat(
        batch.rejects().stream().map(letter -> letter.reason()).toList(),
        is(
            List.of(
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.UNSUPPORTED_CHANGE,
                Reason.MISSING_REQUIRED)));
    assertThat(batch.rejects().get(0).detail(), containsString("'Op' is empty"));
    assertThat(batch.rejects().get(3).detail(), containsString("'yesterday', which is no time"));
  }

  @Test
  void looksAtTheKeyOfADeletedRowAlone() {
    RowBatch batch =
        decode(
            TIMED,
            file(
                "20251103-1.csv",
                "Op,cdc_ts,id,full_name,price,at",
                "D,2025-11-03 09:00:02,1,,dear,infinity",
                "D,2025-11-03 09:00:02,one,,,",
                "D,2025-11-03 09:00:02,,,dear,",
                "I,2025-11-03 09:00:02,2,b,dear,"));

    assertThat(Changes.deletes(batch), is(List.of(true)));
    assertThat(Changes.all(batch).get(0).get("id"), is(1L));
    assertThat(
        batch.rejects().stream().map(letter -> letter.reason()).toList(),
        is(List.of(Reason.TYPE_MISMATCH, Reason.UNSUPPORTED_CHANGE, Reason.TYPE_MISMATCH)));
    assertThat(batch.rejects().get(0).detail(), containsString("'id'"));
    assertThat(
        batch.rejects().get(1).detail(), containsString("The deleted row is unknown: the key"));
  }

  @Test
  void whatIsNoChangeIsNoneWhateverItsValues() {
    RowBatch batch =
        decode(
            TIMED,
            file("1.csv", "Op,cdc_ts,id,full_name,price", "X,2025-11-03 09:00:00,one,,dear"));

    assertThat(batch.rejects().get(0).reason(), is(Reason.UNSUPPORTED_CHANGE));
  }

  @Test
  void timesBefore1970AreTimes() {
    String header = "Op,cdc_ts,id,full_name";
    List<String> ordered =
        sequences(
            decode(
                TIMED,
                file(
                    "1.csv",
                    header,
                    "I,1900-01-01 00:00:00,1,a",
                    "U,1969-12-31 23:59:58,1,a",
                    "U,1969-12-31 23:59:59,1,a",
                    "U,1970-01-01 00:00:00,1,a",
                    "U,2025-11-03 09:00:00,1,a")));

    assertThat(ordered.size(), is(5));
    for (int i = 1; i < ordered.size(); i++) {
      assertThat(ordered.get(i - 1), is(lessThan(ordered.get(i))));
    }
  }

  @Test
  void refusesADeleteWithoutTimeWhereADimensionWantsIt() {
    ChangeRows timed =
        new ChangeRows(
            Changes.ROWS.schema(), Changes.ROWS.keyFields(), Changes.LAYOUT.schema().indexOf("at"));
    RowBatch batch =
        DmsDecoder.of(timed, PLAIN, CsvFormat.RFC_4180, RowCheck.NONE)
            .decode(file("1.csv", "Op,id,full_name", "D,1,a"));

    assertThat(batch.rejects().get(0).reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(batch.rejects().get(0).detail(), containsString("timestampColumn"));
  }

  @Test
  void refusesAColumnOfTheContractWithTheNameOfDmsOwn() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            DmsDecoder.of(
                Changes.ROWS, new DmsFormat("full_name", null), CsvFormat.RFC_4180, RowCheck.NONE));
  }

  @Test
  void survivesSerialisation() {
    DmsDecoder decoder = DmsDecoder.of(Changes.ROWS, PLAIN, CsvFormat.RFC_4180, RowCheck.NONE);
    assertThat(
        SerializableUtils.clone(decoder).decode(file("1.csv", "Op,id,full_name", "I,1,a")).count(),
        is(1));
  }
}
