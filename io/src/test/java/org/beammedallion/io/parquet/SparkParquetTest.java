package org.beammedallion.io.parquet;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.beammedallion.fixtures.spark.SparkTables;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark reads what we write, and we read what Spark writes, for random rows of random schemas. */
class SparkParquetTest {

  private static final int ROWS = 300;

  @TempDir Path folder;

  @Test
  void sparkReadsADictionaryThatIsGivenUpAndNullsThatComeLate() throws IOException {
    RecordSchema schema =
        new RecordSchema(
            List.of(
                Field.required("id", FieldType.LONG),
                Field.optional("text", FieldType.STRING),
                Field.optional("number", FieldType.LONG),
                Field.optional("day", FieldType.INT)));
    RowLayout layout = RowLayout.of(schema);
    int count = 60_000;
    RowParquetWriter writer =
        RowParquetWriter.create(
            folder.toString(),
            "dictionary.parquet",
            new Partition(Map.of(), ""),
            layout,
            RowParquetWriter.Options.DEFAULT);
    RowBuilder builder = new RowBuilder(256);
    for (int i = 0; i < count; i++) {
      builder.truncate(0);
      int row = builder.beginRow(layout);
      builder.setLong(layout, row, 0, i);
      if (textOf(i) != null) {
        builder.setString(layout, row, 1, String.valueOf(textOf(i)));
        builder.setLong(layout, row, 2, numberOf(i));
        builder.setInt(layout, row, 3, (int) numberOf(i));
      }
      writer.write(builder.bytes(), row);
    }
    writer.finish();
    List<Row> rows =
        SparkTables.session()
            .read()
            .parquet(folder.resolve("dictionary.parquet").toString())
            .orderBy("id")
            .collectAsList();
    assertThat(rows.size(), is(count));
    for (int i = 0; i < count; i++) {
      Row row = rows.get(i);
      assertThat(row.get(1), is(textOf(i)));
      assertThat(row.get(2), is(textOf(i) == null ? null : numberOf(i)));
      assertThat(row.get(3), is(textOf(i) == null ? null : (int) numberOf(i)));
    }
  }

  /** Few texts first, then long ones that are all different; the first null in a later page. */
  private static @Nullable String textOf(int i) {
    if (i > 25_000 && i % 7 == 0) {
      return null;
    }
    return i < 5_000 ? "few-" + i % 10 : "x".repeat(100) + i;
  }

  private static long numberOf(int i) {
    return i < 5_000 ? i % 10 - 5 : i * 31L;
  }

  @Test
  void sparkSeesEveryValueThatWeWrite() throws IOException {
    for (long seed = 1; seed <= 12; seed++) {
      RandomRows random = new RandomRows(seed);
      RecordSchema schema = random.schema(8, 2);
      String file = write("ours-" + seed, random, schema);
      List<Row> spark =
          SparkTables.session().read().parquet(file).orderBy("_position").collectAsList();
      assertThat(spark.size(), is(ROWS));
      try (RowParquetReader reader = RowParquetReader.open(file, schema, true, Map.of())) {
        int read = 0;
        for (RowBlock block = reader.next(); block != null; block = reader.next()) {
          for (int i = 0; i < block.count(); i++, read++) {
            assertThat(
                "seed " + seed,
                plain(spark.get(read), schema),
                is(plain(block, i, reader.layout())));
          }
        }
      }
    }
  }

  @Test
  void weSeeEveryValueThatSparkWrites() throws IOException {
    List<Map<String, String>> ways =
        List.of(
            Map.of("compression", "snappy"),
            Map.of("compression", "gzip", "parquet.writer.version", "v2"),
            Map.of("compression", "uncompressed", "parquet.enable.dictionary", "false"),
            Map.of("compression", "zstd", "legacy", "true", "int96", "true"));
    for (long seed = 21; seed <= 28; seed++) {
      RandomRows random = new RandomRows(seed);
      RecordSchema schema = random.schema(8, 2);
      String ours = write("ours-" + seed, random, schema);
      Map<String, String> way = ways.get((int) seed % ways.size());
      boolean legacy = way.containsKey("legacy");
      var conf = SparkTables.session().conf();
      conf.set("spark.sql.parquet.writeLegacyFormat", legacy);
      conf.set(
          "spark.sql.parquet.outputTimestampType",
          way.containsKey("int96") ? "INT96" : "TIMESTAMP_MICROS");
      conf.set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
      Path theirs = folder.resolve("theirs-" + seed);
      SparkTables.session()
          .read()
          .parquet(ours)
          .coalesce(1)
          .write()
          .options(way)
          .parquet(theirs.toString());
      try (Stream<Path> files = Files.list(theirs);
          RowParquetReader expected = RowParquetReader.open(ours, schema, true, Map.of());
          RowParquetReader actual =
              RowParquetReader.open(
                  files
                      .filter(f -> f.toString().endsWith(".parquet"))
                      .findFirst()
                      .orElseThrow()
                      .toString(),
                  schema,
                  true,
                  Map.of())) {
        assertThat("seed " + seed + " " + way, rows(actual), is(rows(expected)));
      }
    }
  }

  private String write(String name, RandomRows random, RecordSchema schema) throws IOException {
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder = new RowBuilder(64);
    try (RowParquetWriter writer =
        RowParquetWriter.create(
            folder.toString(),
            name,
            new Partition(Map.of(), ""),
            layout,
            RowParquetWriter.Options.DEFAULT.withProvenance().withRowGroupBytes(20_000))) {
      for (int i = 0; i < ROWS; i++) {
        builder.truncate(0);
        int row = random.row(builder, layout);
        writer.write(builder.bytes(), row, writer.sourceNumber("s"), i);
      }
      writer.finish();
    }
    return folder + "/" + name;
  }

  private static List<Map<String, Object>> rows(RowParquetReader reader) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (RowBlock block = reader.next(); block != null; block = reader.next()) {
      for (int i = 0; i < block.count(); i++) {
        rows.add(plain(block, i, reader.layout()));
        assertThat(block.source(i), notNullValue());
      }
    }
    return rows;
  }

  private static Map<String, Object> plain(RowBlock block, int index, RowLayout layout) {
    return plain(block.bytes(), block.row(index), layout);
  }

  private static Map<String, Object> plain(byte[] bytes, int row, RowLayout layout) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < layout.fieldCount(); i++) {
      Field field = layout.schema().fields().get(i);
      Object value = null;
      if (!layout.isNull(bytes, row, i)) {
        value =
            switch (layout.storage(i)) {
              case BOOLEAN -> layout.booleanAt(bytes, row, i);
              case INT -> number(field.type(), layout.intAt(bytes, row, i));
              case LONG -> number(field.type(), layout.longAt(bytes, row, i));
              case FLOAT -> layout.floatAt(bytes, row, i);
              case DOUBLE -> layout.doubleAt(bytes, row, i);
              case BYTES -> layout.stringAt(bytes, row, i);
              case BIG_DECIMAL -> layout.decimalAt(bytes, row, i);
              case OBJECT -> plain(bytes, layout.startOf(bytes, row, i), layout.object(i));
              case ARRAY -> plain(bytes, layout.startOf(bytes, row, i), layout.array(i));
            };
      }
      values.put(field.name(), value);
    }
    return values;
  }

  private static List<@Nullable Object> plain(byte[] bytes, int start, ArrayLayout layout) {
    List<@Nullable Object> values = new ArrayList<>();
    int element = ArrayLayout.first(start);
    FieldType type = layout.element().type();
    for (int i = 0; i < ArrayLayout.count(bytes, start); i++) {
      Object value = null;
      if (!ArrayLayout.isNull(bytes, element)) {
        int at = layout.valueStart(element);
        int length = layout.valueLength(bytes, element);
        value =
            switch (layout.storage()) {
              case BOOLEAN -> bytes[at] != 0;
              case INT -> number(type, ArrayLayout.intAt(bytes, at));
              case LONG -> number(type, ArrayLayout.longAt(bytes, at));
              case FLOAT -> Float.intBitsToFloat(ArrayLayout.intAt(bytes, at));
              case DOUBLE -> Double.longBitsToDouble(ArrayLayout.longAt(bytes, at));
              case BYTES -> new String(bytes, at, length, java.nio.charset.StandardCharsets.UTF_8);
              case BIG_DECIMAL ->
                  new BigDecimal(new BigInteger(bytes, at, length), ((DecimalType) type).scale());
              case OBJECT -> plain(bytes, at, layout.object());
              case ARRAY -> plain(bytes, at, layout.array());
            };
      }
      values.add(value);
      element = layout.next(bytes, element);
    }
    return values;
  }

  private static Object number(FieldType type, long value) {
    if (type instanceof DecimalType decimal) {
      return BigDecimal.valueOf(value, decimal.scale());
    } else if (type instanceof FieldType.DateType) {
      return LocalDate.ofEpochDay(value);
    } else if (type instanceof FieldType.TimeType) {
      LocalTime time = LocalTime.ofNanoOfDay(value * 1_000);
      String text = time.toString();
      return text.length() == 5
          ? text + ":00"
          : text.contains(".") ? (text + "000000").substring(0, 15) : text;
    } else if (type instanceof FieldType.TimestampType) {
      return Instant.EPOCH.plus(value, ChronoUnit.MICROS);
    }
    return type.equals(FieldType.INT) ? (Object) (int) value : value;
  }

  private static Map<String, Object> plain(Row row, RecordSchema schema) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      values.put(field.name(), plain(row.getAs(field.name()), field.type()));
    }
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value, FieldType type) {
    if (value instanceof Row row && type instanceof ObjectType object) {
      return plain(row, object.schema());
    } else if (value instanceof scala.collection.Seq<?> list && type instanceof ArrayType array) {
      List<@Nullable Object> values = new ArrayList<>();
      scala.collection.JavaConverters.seqAsJavaList(list)
          .forEach(each -> values.add(plain(each, array.element().type())));
      return values;
    }
    return value;
  }
}
