package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.bronze.BronzeFile;
import org.beammedallion.io.bronze.BronzeFormat;
import org.beammedallion.io.bronze.BronzeRecords;
import org.beammedallion.io.parquet.source.SourceRows;
import org.beammedallion.io.progress.BronzeShard;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bronze kept of Avro and Parquet files, in its own format and in that of the first jars. */
class BronzeOfBinaryFilesTest {

  private static final Instant TIME = Instant.parse("2026-11-01T08:00:00Z");
  private static final int LIMIT = 1 << 20;
  private static final RecordSchema CONTRACT =
      RecordSchema.of(
          Field.required("id", FieldType.LONG), Field.optional("name", FieldType.STRING));
  private static final RowLayout LAYOUT = RowLayout.of(CONTRACT);

  /** The five records of each file here. */
  private static final List<String> ROWS = List.of("0 n0", "1 n1", "2 n2", "3 null", "4 n4");

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
                  + "{\"name\":\"name\",\"type\":[\"null\",\"string\"],\"default\":null}]}");
  private static final MessageType TYPE =
      MessageTypeParser.parseMessageType(
          "message r { required int64 id; optional binary name (STRING); }");

  @TempDir Path folder;

  private static void addRows(List<String> rows, RowBatch batch) {
    assertThat(batch.rejects().toString(), batch.rejects().isEmpty(), is(true));
    byte[] bytes = batch.bytes();
    for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
      int row = at + RowBatch.HEADER;
      rows.add(
          LAYOUT.longAt(bytes, row, 0)
              + " "
              + (LAYOUT.isNull(bytes, row, 1) ? null : LAYOUT.stringAt(bytes, row, 1)));
    }
  }

  private static List<String> decoded(RawBatches batches) throws IOException {
    AvroDecoder decoder = AvroDecoder.rows(CONTRACT, RowCheck.NONE);
    List<String> rows = new ArrayList<>();
    for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
      addRows(rows, decoder.decode(batch));
    }
    return rows;
  }

  private static List<String> readBronze(String uri) throws IOException {
    Source source = new BronzeSource(Path.of(uri).getParent().toString(), 1, 1, LIMIT);
    Shard shard = new BronzeShard(0, uri, 1, Files.size(Path.of(uri)));
    try (RawBatches batches = source.open(shard, BlockSink.NONE)) {
      return decoded(batches);
    }
  }

  private Path avro(String format) throws IOException {
    Path file = folder.resolve("a.avro");
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(SCHEMA))) {
      if (format != null) {
        out.setMeta(BronzeFormat.KEY, format);
      }
      out.setCodec(CodecFactory.deflateCodec(6));
      out.create(SCHEMA, file.toFile());
      for (long id = 0; id < ROWS.size(); id++) {
        GenericRecord row = new GenericData.Record(SCHEMA);
        row.put("id", id);
        row.put("name", id == 3 ? null : "n" + id);
        out.append(row);
        if (id == 1) {
          out.sync();
        }
      }
    }
    return file;
  }

  private Path parquet(Map<String, String> metadata) throws IOException {
    Path file = folder.resolve("a.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(TYPE)
            .withExtraMetaData(metadata)
            .build()) {
      for (long id = 0; id < ROWS.size(); id++) {
        Group row = new SimpleGroup(TYPE);
        row.add("id", id);
        if (id != 3) {
          row.add("name", "n" + id);
        }
        out.write(row);
      }
    }
    return file;
  }

  private static FileShard whole(Path file) throws IOException {
    long size = Files.size(file);
    return new FileShard(0, file.toString(), size, TIME, 0, size);
  }

  /** The jars that wrote format 1 kept of a Parquet file its rows as Avro. */
  @ParameterizedTest
  @ValueSource(strings = {"of-avro.avro", "of-parquet.avro"})
  void formatOneIsReadForEver(String name) throws Exception {
    Path kept = Path.of(BronzeFormat.class.getResource("format-1/" + name).toURI());
    assertThat(readBronze(kept.toString()), is(ROWS));
  }

  @Test
  void theBlocksOfAnAvroFileAreItsRecords() throws IOException {
    FileShard shard = whole(avro(null));
    ShardFormat format =
        new ShardFormat(ShardFormat.Kind.AVRO, null, CsvFormat.RFC_4180, LIMIT, FileCheck.NONE);
    String bronzeFolder = folder.resolve("bronze").toString();
    BronzeFile bronze = BronzeFile.of(new BronzeCycle(bronzeFolder, 1, TIME), 0, shard.uri());
    List<String> landed;
    try (bronze;
        RawBatches batches = format.open(shard, bronze)) {
      List<String> rows = new ArrayList<>();
      AvroDecoder decoder = AvroDecoder.rows(CONTRACT, RowCheck.NONE);
      for (RawBatch batch = batches.next(); batch != null; batch = batches.next()) {
        bronze.write(batch);
        addRows(rows, decoder.decode(batch));
      }
      landed = rows;
    }
    assertThat(landed, is(ROWS));
    assertThat(readBronze(bronze.uri()), is(ROWS));
    try (BronzeRecords records = BronzeRecords.open(bronze.uri())) {
      List<Long> positions = new ArrayList<>();
      while (records.next()) {
        assertThat(records.source(), is(shard.uri()));
        positions.add(records.position());
      }
      assertThat(positions, is(List.of(0L, 1L, 2L, 3L, 4L)));
    }
  }

  @Test
  void theRowGroupsOfAParquetFileAreItsRows() throws IOException {
    Shard shard = whole(parquet(Map.of()));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(Create.of(List.of(shard)).withCoder(ShardCoder.of()))
        .apply(
            LandRowGroups.of(
                new LandRowGroups.Settings(
                    new BronzeCycle(folder.resolve("bronze").toString(), 1, TIME),
                    decoder(),
                    UnreadFiles.NONE)));
    pipeline.run().waitUntilFinish();
    Path bronze;
    try (Stream<Path> files = Files.walk(folder.resolve("bronze"))) {
      bronze = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    try (SourceRows rows = SourceRows.open(ofBronze(bronze), decoder())) {
      List<String> read = new ArrayList<>();
      List<Long> positions = new ArrayList<>();
      for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
        addRows(read, batch);
        for (int at = 0; at < batch.length(); at = RowBatch.next(batch.bytes(), at)) {
          positions.add(RowBatch.rowPosition(batch.bytes(), at));
        }
      }
      assertThat(read, is(ROWS));
      assertThat(positions, is(List.of(0L, 1L, 2L, 3L, 4L)));
    }
  }

  private static TypedDecoder decoder() {
    return TypedDecoder.rows(CONTRACT, TypedSettings.DEFAULT, RowCheck.NONE);
  }

  private static BronzeShard ofBronze(Path file) throws IOException {
    return new BronzeShard(0, file.toString(), 1, Files.size(file));
  }

  @Test
  void aFormatOfANewerVersionIsRefused() throws IOException {
    String newer = Integer.toString(BronzeFormat.LATEST + 1);
    Path avro = avro(newer);
    Path parquet = parquet(Map.of(BronzeFormat.KEY, newer));
    for (IOException refused :
        List.of(
            assertThrows(IOException.class, () -> BronzeRecords.open(avro.toString())),
            assertThrows(IOException.class, () -> SourceRows.open(ofBronze(parquet), decoder())))) {
      assertThat(
          refused.getMessage(),
          allOf(containsString("format '3'"), containsString("or a newer one")));
    }
  }
}
