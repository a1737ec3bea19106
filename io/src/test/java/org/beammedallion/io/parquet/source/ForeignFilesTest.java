package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of many writers give the values that DuckDB reads in them, or are refused for a reason that
 * names the column.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignFilesTest {

  private static final Path FOLDER = Path.of("../../shared/parquet-testing").toAbsolutePath().normalize();

  /** Files that are refused, and what the reason says. */
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("large_string_map.brotli.parquet", "compressed by BROTLI");
  }

  @BeforeAll
  static void needsTheFiles() {
    assumeTrue(Files.isDirectory(FOLDER), "The files of other writers are not beside this checkout.");
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
    return files(FOLDER);
  }

  static Stream<Path> bad() throws IOException {
    return files(FOLDER.resolve("bad"));
  }

  @ParameterizedTest
  @MethodSource("good")
  void givesWhatDuckDbReads(Path file) throws IOException, SQLException {
    String refusal = REFUSED.get(String.valueOf(file.getFileName()));
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      List<Field> fields;
      List<Map<String, Object>> expected;
      try {
        fields = duckDb.fields(file);
        expected = refusal == null ? duckDb.rows(file, fields) : List.of();
      } catch (SQLException e) {
        System.out.println("DUCK " + file.getFileName() + ": " + e.getMessage().lines().findFirst().orElse(""));
        throw e;
      }
      Field[] contract = fields.toArray(Field[]::new);
      if (refusal != null) {
        RefusedFileException refused =
            assertThrows(RefusedFileException.class, () -> SourceFiles.read(file, contract));
        assertThat(refused.why(), containsString(refusal));
        return;
      }
      SourceFiles.Read read = SourceFiles.read(file, contract);
      assertThat(read.rejects().stream().map(each -> each.detail()).distinct().toList(), empty());
      assertThat(read.rows(), hasSize(expected.size()));
      for (int i = 0; i < expected.size(); i++) {
        assertThat("row " + i, canonical(read.rows().get(i)), is(canonical(expected.get(i))));
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
        entries &= each instanceof Map<?, ?> map && map.keySet().equals(java.util.Set.of("key", "value"));
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

  @ParameterizedTest
  @MethodSource("bad")
  void refusesBrokenFiles(Path file) throws IOException, SQLException {
    List<Field> fields;
    try (DuckDbParquet duckDb = new DuckDbParquet()) {
      try {
        fields = duckDb.fields(file);
      } catch (SQLException e) {
        fields = List.of(Field.optional("id", FieldType.LONG));
      }
    }
    Field[] contract = fields.toArray(Field[]::new);
    RefusedFileException refused =
        assertThrows(RefusedFileException.class, () -> SourceFiles.read(file, contract));
    System.out.println("BAD " + file.getFileName() + ": " + refused.why());
  }
}
