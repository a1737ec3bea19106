package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.io.bronze.BronzeCycle;
import org.beammedallion.io.progress.FileShard;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.row.RowBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files become rows and dead letters, and bronze that other engines read. */
class LandRowGroupsTest implements Serializable {

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message m { required int64 id; optional binary name (STRING); required int32 other; }");
  private static final RecordSchema CONTRACT =
      new RecordSchema(
          List.of(Field.required("id", FieldType.LONG), Field.required("name", FieldType.STRING)));
  private static final int ROWS = 5_000;
  private static final Instant TIME = Instant.parse("2026-11-02T09:00:00Z");

  @TempDir transient Path folder;

  /** Every hundredth row lacks its name. */
  private Path write() throws IOException {
    return write(ROWS);
  }

  private Path write(int rows) throws IOException {
    Path file = folder.resolve("in.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(SCHEMA)
            .withRowGroupSize(8L << 10)
            .withMinRowCountForPageSizeCheck(10)
            .build()) {
      for (int i = 0; i < rows; i++) {
        Group row = new SimpleGroup(SCHEMA);
        row.add("id", (long) i * 7);
        if (i % 100 != 0) {
          row.add("name", "name " + i);
        }
        row.add("other", i);
        writer.write(row);
      }
    }
    return file;
  }

  private List<Shard> shards(Path file, int bytes) throws IOException {
    ShardFormat format =
        new ShardFormat(
            ShardFormat.Kind.PARQUET, null, CsvFormat.RFC_4180, 1 << 20, FileCheck.NONE);
    StoredFile stored =
        new StoredFile(
            file.toString(), Files.size(file), Files.getLastModifiedTime(file).toInstant());
    return new FileSource(file.toString(), format).shards(List.of(stored), bytes);
  }

  private static TypedDecoder by(RecordSchema contract) {
    return TypedDecoder.rows(contract, TypedSettings.DEFAULT, RowCheck.NONE);
  }

  private PCollection<RowBatch> land(Pipeline pipeline, List<Shard> shards) {
    return land(pipeline, shards, by(CONTRACT), UnreadFiles.NONE);
  }

  private PCollection<RowBatch> land(
      Pipeline pipeline, List<Shard> shards, TypedDecoder decoder, UnreadFiles unread) {
    return land(
        pipeline,
        shards,
        new LandRowGroups.Settings(
            new BronzeCycle(folder.resolve("bronze").toString(), 1, TIME), decoder, unread));
  }

  PCollection<RowBatch> land(
      Pipeline pipeline, List<Shard> shards, LandRowGroups.Settings settings) {
    return pipeline
        .apply(Create.of(shards).withCoder(ShardCoder.of()))
        .apply(LandRowGroups.of(settings));
  }

  /** What Beam throws where a piece cannot be read. */
  Class<? extends RuntimeException> failure() {
    return Pipeline.PipelineExecutionException.class;
  }

  private List<Path> bronze() throws IOException {
    if (!Files.isDirectory(folder.resolve("bronze"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder.resolve("bronze"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void aFileThatIsCutGivesEachRowOnce() throws IOException, SQLException {
    Path file = write();
    List<Shard> shards = shards(file, 1 << 14);
    assertThat(shards.size() > 3, is(true));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(land(pipeline, shards))
        .satisfies(
            batches -> {
              List<Long> positions = new ArrayList<>();
              long read = 0;
              for (RowBatch batch : batches) {
                byte[] bytes = batch.bytes();
                for (int at = 0; at < batch.length(); at = RowBatch.next(bytes, at)) {
                  positions.add(RowBatch.rowPosition(bytes, at));
                }
                for (DeadLetter reject : batch.rejects()) {
                  long row = reject.provenance().position();
                  positions.add(row);
                  assertThat(row % 100, is(0L));
                  assertThat(
                      new String(reject.payload(), java.nio.charset.StandardCharsets.UTF_8),
                      is("{\"id\":" + row * 7 + ",\"name\":null,\"other\":" + row + "}"));
                }
                Landed landed = batch.landed();
                if (landed != null) {
                  read += landed.read();
                }
              }
              positions.sort(null);
              assertThat(positions.size(), is(ROWS));
              for (int i = 0; i < ROWS; i++) {
                assertThat(positions.get(i), is((long) i));
              }
              assertThat(read, is((long) ROWS));
              return null;
            });
    pipeline.run().waitUntilFinish();

    assertThat(bronze().size() > 1, is(true));
    String glob = folder.resolve("bronze") + "/*/*.parquet";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE VIEW source AS SELECT id, name, other FROM read_parquet('" + file + "')");
      statement.execute("CREATE VIEW kept AS FROM read_parquet('" + glob + "', filename = true)");
      statement.execute(
          "CREATE VIEW noted AS SELECT file_name, decode(key) AS key, decode(value) AS value"
              + " FROM parquet_kv_metadata('"
              + glob
              + "')");
      String kept = "SELECT id, name, other FROM kept";
      assertThat(count(statement, "(FROM source EXCEPT ALL " + kept + ")"), is(0L));
      assertThat(count(statement, "(" + kept + " EXCEPT ALL FROM source)"), is(0L));
      String format = "noted WHERE key = 'medallion.bronze' AND value = '2'";
      assertThat(count(statement, format), is((long) bronze().size()));
      String source = "noted WHERE key = 'medallion.source' AND value = '" + file + "'";
      assertThat(count(statement, source), is((long) bronze().size()));
      // The row number of the first row leads from an address to the bronze file.
      String first =
          "noted JOIN (SELECT filename, min(other) AS least FROM kept GROUP BY ALL)"
              + " ON file_name = filename"
              + " WHERE key = 'medallion.first' AND value = least::VARCHAR";
      assertThat(count(statement, first), is((long) bronze().size()));
    }
  }

  private static long count(Statement statement, String rows) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT count(*) FROM " + rows)) {
      result.next();
      return result.getLong(1);
    }
  }

  @Test
  void aRepeatWritesTheSameBytes() throws IOException {
    Path file = write();
    byte[] before = null;
    for (int attempt = 0; attempt < 2; attempt++) {
      TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
      land(pipeline, shards(file, 1 << 30));
      pipeline.run().waitUntilFinish();
      byte[] bytes = Files.readAllBytes(bronze().get(0));
      assertThat(before == null || java.util.Arrays.equals(before, bytes), is(true));
      before = bytes;
    }
  }

  @Test
  void ofADamagedFileNothingIsKept() throws IOException {
    Path file = write();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = bytes.length / 2; i < bytes.length / 2 + 400; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Files.write(file, bytes);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(land(pipeline, shards(file, 1 << 30)))
        .satisfies(
            batches -> {
              List<String> refusals = new ArrayList<>();
              batches.forEach(
                  batch -> {
                    if (batch.landed() != null && batch.landed().refused() != null) {
                      refusals.add(batch.landed().refused());
                    }
                  });
              assertThat(refusals.size(), is(1));
              assertThat(refusals.get(0), containsString("is damaged"));
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(bronze().isEmpty(), is(true));
  }

  @Test
  void aFileThatHasVanishedIsToldOf() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Path gone = folder.resolve("gone.parquet");
    PAssert.that(land(pipeline, List.of(new FileShard(0, gone.toString(), 9, Instant.EPOCH, 0, 9))))
        .satisfies(
            batches -> {
              Landed landed = onlyBatch(batches);
              assertThat(landed.vanished(), is(true));
              assertThat(landed.warning(), containsString("does not exist any more"));
              assertThat(landed.refused() == null, is(true));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  /** What the only batch tells, which has no rows. */
  private static Landed onlyBatch(Iterable<RowBatch> batches) {
    List<RowBatch> all = new ArrayList<>();
    batches.forEach(all::add);
    assertThat(all.size(), is(1));
    assertThat(all.get(0).length(), is(0));
    assertThat(all.get(0).count(), is(0));
    return Objects.requireNonNull(all.get(0).landed());
  }

  /** Lands a file that is not to be read, and tells what became of it. */
  private void assertUnread(Path file, UnreadFiles unread, SerializableFunction<Landed, Void> told)
      throws IOException {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(land(pipeline, shards(file, 1 << 30), by(CONTRACT), unread))
        .satisfies(batches -> told.apply(onlyBatch(batches)));
    pipeline.run().waitUntilFinish();
    assertThat(bronze().isEmpty(), is(true));
  }

  @Test
  void doesNotOpenAFileThatIsBackAgain() throws IOException {
    Path file = write();
    assertUnread(
        file,
        new UnreadFiles(Map.of(), Set.of(file.toString())),
        landed -> {
          assertThat(landed.vanished(), is(true));
          assertThat(landed.read(), is(0L));
          return null;
        });
  }

  @Test
  void doesNotOpenAFileThatAnotherShardRefused() throws IOException {
    Path file = write();
    assertUnread(
        file,
        new UnreadFiles(Map.of(file.toString(), "has been refused."), Set.of()),
        landed -> {
          assertThat(landed.refused(), is("has been refused."));
          assertThat(landed.read(), is(0L));
          return null;
        });
  }

  /** Lands a file whose records cannot be published, and looks for the reason. */
  private void assertRefused(TypedDecoder decoder, String why) throws IOException {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(land(pipeline, shards(write(), 1 << 30), decoder, UnreadFiles.NONE))
        .satisfies(
            batches -> {
              assertThat(onlyBatch(batches).refused(), containsString(why));
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(bronze().isEmpty(), is(true));
  }

  @Test
  void refusesAFileWithoutTheColumnsOfTheContract() throws IOException {
    RecordSchema other = RecordSchema.of(Field.required("price", FieldType.LONG));
    assertRefused(by(other), "has none of the contract's columns");
  }

  @Test
  void aFileWithoutRowsGivesNoRowAndNoRefusal() throws IOException {
    Path file = write(0);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(
            land(
                pipeline,
                List.of(
                    new FileShard(
                        0, file.toString(), Files.size(file), Instant.EPOCH, 0, Files.size(file)))))
        .satisfies(
            batches -> {
              long read = 0;
              for (RowBatch batch : batches) {
                assertThat(batch.count(), is(0));
                assertThat(batch.rejects().isEmpty(), is(true));
                Landed landed = batch.landed();
                if (landed != null) {
                  assertThat(landed.refused() == null, is(true));
                  assertThat(landed.vanished(), is(false));
                  assertThat(landed.warning(), is("holds no record, only a Parquet schema."));
                  read += landed.read() + 1;
                }
              }
              assertThat("one batch tells that none was read", read, is(1L));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void anErrorRefusesTheOneFileAndNotTheCycle() throws IOException {
    TypedDecoder failing =
        TypedDecoder.rows(
            CONTRACT,
            TypedSettings.DEFAULT,
            new RowCheck() {
              @Override
              public Violation check(byte[] bytes, int row, long[] measures) {
                throw new NoClassDefFoundError("org/example/Rule");
              }

              @Override
              public int measureCount() {
                return 0;
              }
            });
    assertRefused(failing, "NoClassDefFoundError: org/example/Rule");
  }

  @Test
  void failsWhereBronzeCannotBeWritten() throws IOException {
    Path file = write();
    Files.writeString(folder.resolve("bronze"), "a file where the folder should be");
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    land(pipeline, shards(file, 1 << 30));
    RuntimeException failure = assertThrows(failure(), () -> pipeline.run().waitUntilFinish());
    assertThat(failure.getMessage(), containsString("a part of the path is a file"));
  }
}
