package org.beammedallion.io.table;

import static org.beammedallion.fixtures.spark.SparkTables.rows;
import static org.beammedallion.fixtures.spark.SparkTables.sql;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.beammedallion.io.parquet.RandomRows;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.CommitRequest.Operation;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of every type, and partitions by every transform. Spark SQL is the judge. */
public abstract class TableTypesContract extends TableFixture {

  /** What an empty text in the column of a partition comes back as. */
  protected abstract String emptyPartition();

  @Test
  void keepsEveryTypeAndFindsEveryValue() throws IOException {
    int schemas = 0;
    for (long seed = 1; schemas < 3; seed++) {
      RandomRows random = new RandomRows(seed);
      RecordSchema schema = random.schema(9, 2);
      if (schema.toString().matches(".*f\\d gr.*")) {
        // Delta has no such names.
        continue;
      }
      schemas++;
      Table all = open(folder + "/types-" + seed, new TableLayout(schema, List.of(), true));
      DataFile file = writeRandom(all, random, 200);
      all.commit(CommitRequest.append(List.of(file), APP, 1));
      String file1 = "parquet.`" + file.uri(all.uri()) + "`";
      String order = " ORDER BY _position";
      assertThat(
          "seed " + seed,
          rows("SELECT * FROM " + from(all) + order),
          is(rows("SELECT * FROM " + file1 + order)));
      DataFile live = all.snapshot().orElseThrow().files().get(0);
      findsExtremes(all, live, file1, leaves(schema, file1));
    }
  }

  private static DataFile writeRandom(Table table, RandomRows random, int count)
      throws IOException {
    RowLayout layout = RowLayout.of(table.layout().schema());
    FileRules rules = table.fileRules();
    try (RowParquetWriter writer =
        RowParquetWriter.create(
            table.uri(),
            rules.path("random.parquet"),
            new Partitioner.Partition(Map.of(), ""),
            layout,
            RowParquetWriter.Options.DEFAULT.withProvenance().withFieldIds(rules.fieldIds()))) {
      RowBuilder builder = new RowBuilder(64);
      for (int i = 0; i < count; i++) {
        builder.truncate(0);
        int row = random.row(builder, layout);
        writer.write(builder.bytes(), row, writer.sourceNumber("file:/in"), i);
      }
      return writer.finish();
    }
  }

  /** Columns that have statistics, with their types in Spark. */
  private static Map<List<String>, DataType> leaves(RecordSchema schema, String from) {
    Map<List<String>, DataType> leaves = new HashMap<>();
    collect(sql("SELECT * FROM " + from).schema(), List.of(), leaves);
    assertThat(schema.fields().toString(), leaves, is(not(anEmptyMap())));
    return leaves;
  }

  private static void collect(
      StructType struct, List<String> parent, Map<List<String>, DataType> leaves) {
    for (StructField field : struct.fields()) {
      List<String> path = Stream.concat(parent.stream(), Stream.of(field.name())).toList();
      if (field.dataType() instanceof StructType inner) {
        collect(inner, path, leaves);
      } else if (!(field.dataType() instanceof ArrayType)) {
        leaves.put(path, field.dataType());
      }
    }
  }

  /** The least and the greatest values are found in the table, whatever its statistics skip. */
  private void findsExtremes(
      Table all, DataFile live, String file, Map<List<String>, DataType> columns) {
    List<List<String>> paths = List.copyOf(columns.keySet());
    List<String> conditions = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (List<String> path : paths) {
      asked.add("MIN(%1$s), MAX(%1$s), COUNT(*) - COUNT(%1$s)".formatted(quoted(path)));
    }
    List<String> seen = rows("SELECT " + String.join(", ", asked) + " FROM " + file).get(0);
    for (int i = 0; i < paths.size(); i++) {
      List<String> path = paths.get(i);
      ColumnStatistics statistics =
          live.statistics().stream()
              .filter(each -> each.path().equals(path))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no statistics of " + path));
      assertThat(quoted(path), Long.toString(statistics.nullCount()), is(seen.get(3 * i + 2)));
      for (String extreme : seen.subList(3 * i, 3 * i + 2)) {
        if (!extreme.equals("null")) {
          conditions.add(quoted(path) + " = " + literal(extreme, columns.get(path)));
        }
      }
    }
    List<List<String>> found = rowsWhere(conditions, "COUNT(*)", from(all));
    assertThat(found, hasSize(conditions.size()));
    for (List<String> row : found) {
      assertThat(conditions.get(Integer.parseInt(row.get(0))), row.get(1), is(not("0")));
    }
  }

  /**
   * What is asked of the rows of each condition, behind the condition's number. It is one
   * statement, for each costs Spark much; it skips files for each condition by itself.
   */
  private static List<List<String>> rowsWhere(List<String> conditions, String asked, String from) {
    return rows(
        IntStream.range(0, conditions.size())
            .mapToObj(
                i -> "SELECT " + i + ", " + asked + " FROM " + from + " WHERE " + conditions.get(i))
            .collect(Collectors.joining(" UNION ALL ")));
  }

  private static String quoted(List<String> path) {
    return "`" + String.join("`.`", path) + "`";
  }

  private static String literal(String value, DataType type) {
    StringBuilder text = new StringBuilder();
    value.chars().forEach(c -> text.append("\\u").append(String.format("%04x", c)));
    return "CAST('" + text + "' AS " + type.sql() + ")";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "year(at)",
        "month(at)",
        "day(at)",
        "hour(at)",
        "year(date)",
        "month(date)",
        "day(date)",
        "country",
        "number",
        "small",
        "flag",
        "date",
        "country, day(at), number"
      })
  void partitionsByEveryTransform(String partitionBy) throws IOException {
    RecordSchema schema =
        RecordSchema.of(
            Field.required("id", FieldType.INT),
            Field.optional("at", FieldType.TIMESTAMP),
            Field.optional("date", FieldType.DATE),
            Field.optional("country", FieldType.STRING),
            Field.optional("number", FieldType.LONG),
            Field.optional("small", FieldType.INT),
            Field.optional("flag", FieldType.BOOLEAN));
    List<PartitionField> partitions =
        Stream.of(partitionBy.split(", ")).map(PartitionField::parse).toList();
    Table parts = open(folder + "/lake/parts", new TableLayout(schema, partitions, false));
    List<DataFile> files = writeParts(parts);
    parts.commit(CommitRequest.append(files, APP, 1));
    String all = "SELECT id, at, date, country, number, small, flag FROM " + from(parts);
    List<List<String>> written = rows(all + " ORDER BY id");
    assertThat(written, hasSize(12));
    for (List<String> row : written) {
      int id = Integer.parseInt(row.get(0));
      assertThat(row, is(expectedPart(id, partitions)));
    }
    // What the table says of a file's partition is what the writer said.
    TableSnapshot read = parts.snapshot().orElseThrow();
    Set<Map<String, @Nullable String>> told = new HashSet<>();
    read.files().forEach(file -> told.add(file.partitionValues()));
    Set<Map<String, @Nullable String>> said = new HashSet<>();
    files.forEach(file -> said.add(file.partitionValues()));
    assertThat(told, is(said));
    // Spark finds the rows by what they are partitioned by, whatever it skips.
    List<String> conditions = new ArrayList<>();
    Set<List<String>> expected = new HashSet<>();
    for (PartitionField partition : partitions) {
      String column = partition.source();
      int index = schema.indexOf(column);
      for (String value : new TreeSet<>(written.stream().map(row -> row.get(index)).toList())) {
        String number = Integer.toString(conditions.size());
        written.stream()
            .filter(row -> row.get(index).equals(value))
            .forEach(row -> expected.add(List.of(number, row.get(0))));
        conditions.add(
            value.equals("null")
                ? column + " IS NULL"
                : column.equals("flag") ? column + " = " + value : column + " = '" + value + "'");
      }
    }
    List<List<String>> found = rowsWhere(conditions, "id", from(parts));
    assertThat(conditions.toString(), Set.copyOf(found), is(expected));
    assertThat("no row is found twice", found, hasSize(expected.size()));
    // One partition is overwritten, and it alone.
    DataFile one = read.files().get(0);
    parts.commit(
        CommitRequest.replace(
            Operation.OVERWRITE,
            List.of(),
            read.files().stream().filter(f -> f.isIn(one.partitionValues())).toList(),
            read.version(),
            APP,
            2));
    assertThat(
        rows("SELECT COUNT(*) FROM " + from(parts)),
        is(List.of(List.of(Long.toString(12 - one.rows())))));
  }

  private static final String[] COUNTRIES = {"DE", "", "a/b=c%20:é", "nil", "x".repeat(80)};
  private static final long[] TIMES = {
    Orders.START, Orders.START - 1, -1, 0, 253_402_300_799_999_999L, -62_135_596_800_000_000L
  };

  private List<DataFile> writeParts(Table parts) throws IOException {
    RowLayout layout = RowLayout.of(parts.layout().schema());
    FileRules rules = parts.fileRules();
    Partitioner partitioner =
        Partitioner.of(parts.layout().partitionBy(), layout, rules.emptyText());
    Map<Integer, RowParquetWriter> writers = new HashMap<>();
    RowBuilder builder = new RowBuilder(64);
    for (int id = 0; id < 12; id++) {
      builder.truncate(0);
      int row = builder.beginRow(layout);
      builder.setInt(layout, row, 0, id);
      if (id % 6 != 5) {
        builder.setLong(layout, row, 1, TIMES[id % TIMES.length]);
        builder.setInt(
            layout, row, 2, (int) Math.floorDiv(TIMES[(id + 1) % TIMES.length], 86_400_000_000L));
        builder.setString(layout, row, 3, COUNTRIES[id % COUNTRIES.length]);
        builder.setLong(layout, row, 4, id % 2 == 0 ? Long.MIN_VALUE + id : 7);
        builder.setInt(layout, row, 5, id % 3 - 1);
        builder.setBoolean(layout, row, 6, id % 2 == 0);
      }
      int partition = partitioner.numberOf(builder.bytes(), row);
      RowParquetWriter writer = writers.get(partition);
      if (writer == null) {
        Partitioner.Partition place = partitioner.partition(partition);
        writer =
            RowParquetWriter.create(
                parts.uri(),
                rules.path(place.folder() + "/part-" + partition + ".parquet"),
                place,
                layout,
                RowParquetWriter.Options.DEFAULT.withFieldIds(rules.fieldIds()));
        writers.put(partition, writer);
      }
      writer.write(builder.bytes(), row);
    }
    List<DataFile> files = new ArrayList<>();
    for (RowParquetWriter writer : writers.values()) {
      files.add(writer.finish());
    }
    return files;
  }

  private List<String> expectedPart(int id, List<PartitionField> partitions) {
    if (id % 6 == 5) {
      return List.of(Integer.toString(id), "null", "null", "null", "null", "null", "null");
    }
    String country = COUNTRIES[id % COUNTRIES.length];
    boolean byCountry = partitions.stream().anyMatch(each -> each.column().equals("country"));
    long next = TIMES[(id + 1) % TIMES.length];
    return List.of(
        Integer.toString(id),
        java.time.Instant.EPOCH
            .plus(TIMES[id % TIMES.length], java.time.temporal.ChronoUnit.MICROS)
            .toString(),
        java.time.LocalDate.ofEpochDay(Math.floorDiv(next, 86_400_000_000L)).toString(),
        byCountry && country.isEmpty() ? emptyPartition() : country,
        Long.toString(id % 2 == 0 ? Long.MIN_VALUE + id : 7),
        Integer.toString(id % 3 - 1),
        Boolean.toString(id % 2 == 0));
  }
}
