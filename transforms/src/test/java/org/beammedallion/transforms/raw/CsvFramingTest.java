package org.beammedallion.transforms.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.beammedallion.transforms.raw.RecordFramerTest.WHOLE;
import static org.beammedallion.transforms.raw.RecordFramerTest.all;
import static org.beammedallion.transforms.raw.RecordFramerTest.records;
import static org.beammedallion.transforms.raw.RecordFramerTest.stream;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of CSV, whose quoted fields may hold line ends. */
class CsvFramingTest {

  /**
   * RFC 4180, section 2, rule 4: spaces are considered part of a field; so DuckDB reads it, too.
   */
  @Test
  void aLineOfBlanksIsARecordOfCsv() throws IOException {
    RawBatch batch =
        RecordFramer.csv(stream("a\nx\n \n\n  \r\n\t\ny\n"), WHOLE, CsvFormat.RFC_4180).next();
    List<String> records = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      records.add(new String(batch.payload(i), StandardCharsets.UTF_8));
    }
    assertThat(records, is(List.of("x", " ", "  ", "\t", "y")));
  }

  @Test
  void keepsLineEndsInQuotedFields() throws IOException {
    String text = "a,b\r\n1,\"two\nlines\"\r\n2,\"a \"\"quoted\"\"\nword\"\n\"\",\"\"\n3,x\n";
    for (int chunk = 1; chunk < 70; chunk++) {
      List<RawBatch> batches =
          all(RecordFramer.csv(stream(text), WHOLE.withChunkBytes(chunk), CsvFormat.RFC_4180));

      assertThat(
          records(batches),
          is(List.of("1,\"two\nlines\"", "2,\"a \"\"quoted\"\"\nword\"", "\"\",\"\"", "3,x")));
      for (RawBatch batch : batches) {
        assertThat(new String(batch.header(), UTF_8), is("a,b"));
      }
    }
  }

  @Test
  void takesAQuoteInsideAFieldForNoOpeningOne() throws IOException {
    for (int chunk = 1; chunk < 40; chunk++) {
      List<RawBatch> batches =
          all(
              RecordFramer.csv(
                  stream("a 5\" disk,x\nb\n,\"\n\"\nc"),
                  WHOLE.withChunkBytes(chunk),
                  CsvFormat.RFC_4180.withoutHeader()));

      assertThat(records(batches), is(List.of("a 5\" disk,x", "b", ",\"\n\"", "c")));
    }
  }

  /** All that comes behind an open quote is in one field, so the file is not a whole one. */
  @Test
  void rejectsARecordWhoseQuoteIsNeverClosed() throws IOException {
    for (String end : List.of("for ever", "for ever\n", "for \"\"ever\"\"")) {
      List<RawBatch> batches =
          all(RecordFramer.csv(stream("h\nx\n\"open\n" + end), WHOLE, CsvFormat.RFC_4180));
      assertThat(records(batches), is(List.of("x")));
      RawBatch last = batches.get(batches.size() - 1);
      assertThat(last.breaksOff(), is(true));
      assertThat(
          last.rejects().get(0).detail(),
          containsString("A quoted field of this record is not closed"));
      assertThat(new String(last.rejects().get(0).payload(), UTF_8), is("\"open\n" + end));
    }
    // Also where it is the first record, and where it is too long to be kept.
    for (int most : List.of(20, 1_000)) {
      for (int chunk : List.of(8, 500)) {
        List<RawBatch> batches =
            all(
                RecordFramer.csv(
                    stream("\"open\n" + "x,y\n".repeat(50)),
                    WHOLE.withMaxRecordBytes(most).withChunkBytes(chunk),
                    CsvFormat.RFC_4180.withoutHeader(),
                    record -> null));
        assertThat(records(batches), is(List.of()));
        assertThat(batches.get(batches.size() - 1).breaksOff(), is(true));
      }
    }
    assertThat(
        records(all(RecordFramer.csv(stream("h\n\"closed\""), WHOLE, CsvFormat.RFC_4180))),
        is(List.of("\"closed\"")));
  }

  @Test
  void takesALineOfDelimitersForARecord() throws IOException {
    assertThat(
        records(
            all(
                RecordFramer.csv(
                    stream("\t\t\n \n"),
                    WHOLE,
                    CsvFormat.RFC_4180.withoutHeader().withDelimiter('\t')))),
        is(List.of("\t\t", " ")));
  }

  @Test
  void refusesAPartOfACsvFile() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecordFramer.csv(stream(""), WHOLE.withRange(1, 2), CsvFormat.RFC_4180));

    assertThat(e.getMessage(), containsString("plan one shard"));
  }
}
