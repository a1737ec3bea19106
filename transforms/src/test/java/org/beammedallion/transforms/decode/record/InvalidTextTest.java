package org.beammedallion.transforms.decode.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.TextEncoding;
import org.beammedallion.transforms.raw.TextFormat;
import org.beammedallion.transforms.raw.TextRecords;
import org.junit.jupiter.api.Test;

/** What is said of a byte that is not a character, and what is kept of its record. */
class InvalidTextTest {

  private static final RecordSchema SCHEMA = RecordSchema.of(Field.optional("a", FieldType.STRING));

  private static DeadLetter reject(TextEncoding encoding, byte[] file) throws IOException {
    TextFormat format = TextFormat.csv(CsvFormat.RFC_4180.withoutHeader(), encoding);
    try (RawBatches batches =
        TextRecords.open(
            position -> new ByteArrayInputStream(file),
            Framing.of("memory:test", 0),
            format,
            FileCheck.NONE)) {
      List<DeadLetter> rejects =
          CsvDecoder.of(SCHEMA, CsvFormat.RFC_4180.withoutHeader(), RowCheck.NONE)
              .decode(batches.next())
              .rejects();
      assertThat(rejects.size(), is(1));
      assertThat(rejects.get(0).reason(), is(Reason.MALFORMED));
      return rejects.get(0);
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Test
  void namesTheByteAndTheEncodingThatWasSaid() throws IOException {
    byte[] text =
        "€, and the name that stands before: Zoë".getBytes(Charset.forName("windows-1252"));
    DeadLetter reject =
        reject(TextEncoding.WINDOWS_1252, joined(text, new byte[] {(byte) 0x9D, 'x', '\n'}));
    assertThat(
        reject.detail(),
        is(
            "The byte 0x9D at character 40 of the record, behind 't stands before: Zoë', is not a character in"
                + " windows-1252, which is the source's 'encoding' in the pipeline file. Correct the source, or, if it"
                + " writes in another encoding, name that one."));
    assertThat(
        reject.payload(),
        is(
            joined(
                "€, and the name that stands before: Zoë".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0x9D, 'x'})));
  }

  @Test
  void namesAByteAtTheBeginning() throws IOException {
    assertThat(
        reject(TextEncoding.WINDOWS_1252, new byte[] {(byte) 0x81, 'x'}).detail(),
        is(
            "The byte 0x81 at the beginning of the record is not a character in windows-1252, which is the source's"
                + " 'encoding' in the pipeline file. Correct the source, or, if it writes in another encoding, name that"
                + " one."));
  }

  @Test
  void namesHalvesOfCharactersOfUtf16AlsoWhereTheFilesMarkTellsTheEncoding() throws IOException {
    assertThat(
        reject(TextEncoding.UTF_8, HexFormat.of().parseHex("feff0061d83d0062")).detail(),
        is(
            "0xD83D at character 2 of the record, behind 'a', is half of a character in"
                + " UTF-16BE, the file's encoding. Correct the source."));
    assertThat(
        reject(TextEncoding.UTF_16LE, HexFormat.of().parseHex("610062")).detail(),
        is(
            "The single byte at the end of the file at character 2 of the record, behind 'a', is half of a"
                + " character in UTF-16LE, the file's encoding. Correct the source."));
  }

  @Test
  void asksForTheEncodingWhereNoneWasSaid() throws IOException {
    assertThat(
        reject(TextEncoding.UTF_8, new byte[] {'a', (byte) 0x9D}).detail(),
        is(
            "Invalid UTF-8 at byte 1: the byte 0x9D does not belong there. Have the source write UTF-8, or say in which"
                + " encoding it writes as 'encoding' in the source of the pipeline file."));
  }
}
