package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of many writers give the values that DuckDB reads in them, or are refused for a reason that
 * names the column.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignFilesTest {

  private static final Path FOLDER =
      Path.of("../../shared/parquet-testing").toAbsolutePath().normalize();

  /** Files that are refused, and what the reason says. */
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("large_string_map.brotli.parquet", "'arr.key_value.key' compressed by BROTLI");
    REFUSED.put("datapage_v1-corrupt-checksum.parquet", "column 'a': could not verify page");
    REFUSED.put("rle-dict-uncompressed-corrupt-checksum.parquet", "column 'long_field': could not");
    REFUSED.put(
        "nation.dict-malformed.parquet",
        "row group 0, column 'name': it ends before all of its values");
    REFUSED.put(
        "unknown-logical-type.parquet",
        "'column with unknown type' of a logical type that this version does not know");
  }

  /** Files of codecs that DuckDB does not know, and files of the same rows in others. */
  private static final Map<String, String> SAME_ROWS =
      Map.of(
          "hadoop_lz4_compressed.parquet", "lz4_raw_compressed.parquet",
          "non_hadoop_lz4_compressed.parquet", "lz4_raw_compressed.parquet",
          "hadoop_lz4_compressed_larger.parquet", "lz4_raw_compressed_larger.parquet");

  /** DuckDB reads neither; what they hold is tested by name. */
  private static final Set<String> UNKNOWN_TO_DUCKDB =
      Set.of("byte_stream_split_extended.gzip.parquet", "map_no_value.parquet");

  @BeforeAll
  static void needsTheFiles() {
    assumeTrue(
        Files.isDirectory(FOLDER), "The files of other writers are not beside this checkout.");
  }

  private static Stream<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Stream.of(Path.of("none"));
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> list = Files.list(folder)) {
      list.filter(file -> file.toString().endsWith(".parquet")).sorted().forEach(files::add);
    }
    return files.stream();
  }

  static Stream<Path> good() throws IOException {
    return files(FOLDER).filter(file -> !UNKNOWN_TO_DUCKDB.contains(nameOf(file)));
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  static Stream<Path> bad() throws IOException {
    return files(FOLDER.resolve("bad"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void givesWhatDuckDbReads(Path file) throws IOException, SQLException {
    String refusal = REFUSED.get(nameOf(file));
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      Path same = file.resolveSibling(SAME_ROWS.getOrDefault(nameOf(file), nameOf(file)));
      List<Field> fields = duckDb.fields(same);
      List<Map<String, Object>> expected = refusal == null ? duckDb.rows(same, fields) : List.of();
      Field[] contract = fields.toArray(Field[]::new);
      if (refusal != null) {
        RefusedFileException refused =
            assertThrows(RefusedFileException.class, () -> SourceFiles.read(file, contract));
        assertThat(refused.why(), containsString(refusal));
        return;
      }
      SourceFiles.Read read = SourceFiles.read(file, contract);
      for (DeadLetter reject : read.rejects()) {
        // Years that no table holds.
        assertThat(reject.detail(), containsString("is beyond the range of a timestamp"));
      }
      assertThat(read.rows().size() + read.rejects().size(), is(expected.size()));
      for (int i = 0; i < read.rows().size(); i++) {
        int row = (int) (long) read.positions().get(i);
        assertThat("row " + row, canonical(read.rows().get(i)), is(canonical(expected.get(row))));
      }
    }
  }

  /** The entries of a map have no order. */
  private static @Nullable Object canonical(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(key, canonical(each)));
      return copy;
    } else if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      boolean entries = !list.isEmpty();
      for (Object each : list) {
        copy.add(canonical(each));
        entries &= each instanceof Map<?, ?> map && map.keySet().equals(Set.of("key", "value"));
      }
      if (entries) {
        copy.sort(Comparator.comparing(Object::toString));
      }
      return copy;
    } else if (value instanceof Float number) {
      return Float.floatToIntBits(number);
    } else if (value instanceof Double number) {
      return Double.doubleToLongBits(number);
    }
    return value;
  }

  @Test
  void columnsOfEachEncodingHoldTheSame() throws IOException {
    Path file = FOLDER.resolve("byte_stream_split_extended.gzip.parquet");
    for (String type : List.of("int32", "int64", "float", "double")) {
      FieldType field =
          switch (type) {
            case "float" -> FieldType.FLOAT;
            case "double" -> FieldType.DOUBLE;
            default -> FieldType.LONG;
          };
      SourceFiles.Read read =
          SourceFiles.read(
              file,
              Field.optional(type + "_plain", field),
              Field.optional(type + "_byte_stream_split", field));
      assertThat(read.rows(), hasSize(200));
      assertThat(read.column(type + "_byte_stream_split"), is(read.column(type + "_plain")));
    }
  }

  @Test
  void aMapMayHaveKeysAlone() throws IOException {
    FieldType entries =
        new FieldType.ArrayType(
            Field.optional(
                "element",
                new FieldType.ObjectType(
                    new RecordSchema(List.of(Field.optional("key", FieldType.LONG))))));
    SourceFiles.Read read =
        SourceFiles.read(
            FOLDER.resolve("map_no_value.parquet"),
            Field.optional("my_map_no_v", entries),
            Field.optional(
                "my_list", new FieldType.ArrayType(Field.optional("element", FieldType.LONG))));
    assertThat(read.rows(), hasSize(3));
    for (int i = 0; i < 3; i++) {
      List<Object> keys = new ArrayList<>();
      for (Object entry : (List<?>) read.value(i, "my_map_no_v")) {
        keys.add(((Map<?, ?>) entry).get("key"));
      }
      assertThat(keys, is(read.value(i, "my_list")));
    }
  }

  /**
   * What reading a broken file may cost: files there have up to 70 kB, and lengths of gigabytes.
   */
  private static final long MOST_BYTES = 64L << 20;

  /** A dictionary of one value needs no bits: unusual, and what it holds is not in doubt. */
  private static final String READABLE = "ARROW-GH-43605.parquet";

  @ParameterizedTest
  @MethodSource("bad")
  void refusesBrokenFiles(Path file) throws IOException, SQLException {
    Field[] contract;
    List<Map<String, Object>> rows = List.of();
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      List<Field> fields;
      try {
        fields = duckDb.fields(file);
        rows = nameOf(file).equals(READABLE) ? duckDb.rows(file, fields) : rows;
      } catch (SQLException e) {
        fields = List.of(Field.optional("id", FieldType.LONG));
      }
      contract = fields.toArray(Field[]::new);
    }
    if (nameOf(file).equals(READABLE)) {
      assertThat(SourceFiles.read(file, contract).rows(), is(rows));
      return;
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    RefusedFileException refused =
        assertThrows(RefusedFileException.class, () -> SourceFiles.read(file, contract));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(refused.why(), containsString("is damaged"));
    assertThat(refused.why(), not(containsString("more memory")));
    assertThat(allocated, is(lessThan(MOST_BYTES)));
  }
}
