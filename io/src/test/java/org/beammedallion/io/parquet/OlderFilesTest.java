package org.beammedallion.io.parquet;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were written before their table's columns changed. */
class OlderFilesTest {

  @TempDir Path folder;

  private RowParquetReader reader(RecordSchema schema, Map<String, String> partition)
      throws IOException {
    return RowParquetReader.open(folder + "/f.parquet", schema, true, partition);
  }

  @Test
  void areWidenedAndFilled() throws IOException {
    RecordSchema old =
        RecordSchema.of(
            Field.required("i", FieldType.INT),
            Field.required("f", FieldType.FLOAT),
            Field.required("d9", FieldType.decimal(9, 2)),
            Field.required("d18", FieldType.decimal(18, 4)),
            Field.required(
                "o", new ObjectType(RecordSchema.of(Field.required("a", FieldType.INT)))),
            Field.required(
                "list", new ArrayType(Field.required("element", FieldType.decimal(5, 1)))));
    RowLayout layout = RowLayout.of(old);
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(layout);
    builder.setInt(layout, row, 0, -7);
    builder.setFloat(layout, row, 1, 1.5f);
    builder.setLong(layout, row, 2, -12345);
    builder.setLong(layout, row, 3, 98765);
    int object = builder.beginRow(layout.object(4));
    builder.setInt(layout.object(4), object, 0, 9);
    builder.endVariable(layout, row, 4, object);
    int array = builder.beginArray();
    builder.beginFixedElement(array);
    builder.appendLong(123);
    builder.endVariable(layout, row, 5, array);
    try (RowParquetWriter writer =
        RowParquetWriter.create(
            folder.toString(),
            "f.parquet",
            new Partition(Map.of(), ""),
            layout,
            RowParquetWriter.Options.DEFAULT)) {
      writer.write(builder.bytes(), row);
      writer.finish();
    }
    RecordSchema now =
        RecordSchema.of(
            Field.required("i", FieldType.LONG),
            Field.required("f", FieldType.DOUBLE),
            Field.required("d9", FieldType.decimal(30, 4)),
            Field.required("d18", FieldType.decimal(18, 4)),
            Field.required(
                "o", new ObjectType(RecordSchema.of(Field.optional("b", FieldType.STRING)))),
            Field.required(
                "list", new ArrayType(Field.required("element", FieldType.decimal(10, 3)))),
            Field.optional("added", FieldType.STRING),
            Field.required("region", FieldType.STRING));
    try (RowParquetReader reader = reader(now, Map.of("region", "eu"))) {
      RowBlock block = reader.next();
      RowLayout wide = reader.layout();
      int at = block.row(0);
      assertThat(wide.longAt(block.bytes(), at, 0), is(-7L));
      assertThat(wide.doubleAt(block.bytes(), at, 1), is(1.5));
      assertThat(wide.decimalAt(block.bytes(), at, 2).toString(), is("-123.4500"));
      assertThat(wide.decimalAt(block.bytes(), at, 3).toString(), is("9.8765"));
      assertThat(wide.isNull(block.bytes(), at, 4), is(false));
      assertThat(
          wide.object(4).isNull(block.bytes(), wide.startOf(block.bytes(), at, 4), 0), is(true));
      int list = wide.startOf(block.bytes(), at, 5);
      assertThat(
          ArrayLayout.longAt(block.bytes(), wide.array(5).valueStart(ArrayLayout.first(list))),
          is(12_300L));
      assertThat(wide.isNull(block.bytes(), at, 6), is(true));
      assertThat(wide.stringAt(block.bytes(), at, 7), is("eu"));
      assertThat(block.source(0), nullValue());
      assertThat(reader.next(), nullValue());
    }
    RecordSchema narrower = RecordSchema.of(Field.required("d18", FieldType.decimal(9, 2)));
    assertThat(
        assertThrows(StorageException.class, () -> reader(narrower, Map.of())).getMessage(),
        containsString("Column 'd18'"));
    RecordSchema missing = RecordSchema.of(Field.required("nowhere", FieldType.STRING));
    assertThat(
        assertThrows(StorageException.class, () -> reader(missing, Map.of())).getMessage(),
        containsString("'nowhere'"));
  }
}
