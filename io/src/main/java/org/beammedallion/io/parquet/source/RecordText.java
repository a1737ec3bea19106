package org.beammedallion.io.parquet.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.beammedallion.transforms.decode.typed.JsonText;
import org.beammedallion.transforms.decode.typed.TypedSettings;

/**
 * Rows of a file as JSON, for a person: all columns by their names, maps as arrays of objects with
 * key and value, the rest as {@link JsonText} has it. Rows are asked for in order. Not thread-safe.
 */
final class RecordText {

  private final List<JsonPart> columns = new ArrayList<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private long at;

  /**
   * @param readable paths of the columns that can be read; others are left out
   */
  private RecordText(MessageType file, Set<List<String>> readable, LegacyCalendar calendar) {
    JsonParts parts =
        new JsonParts(
            file,
            path ->
                readable.contains(path)
                    ? new Leaf(file.getColumnDescription(path.toArray(String[]::new)))
                    : null,
            new JsonParts.Style(false, TypedSettings.DEFAULT, calendar));
    for (Type column : file.getFields()) {
      JsonPart part = parts.of(column, List.of(column.getName()));
      if (part != null) {
        columns.add(part);
        leaves.addAll(part.leaves);
      }
    }
  }

  /** Begins with the first row of a row group; columns of unknown compression are left out. */
  static RecordText open(ParquetFileReader file, int group, LegacyCalendar calendar)
      throws IOException {
    Set<List<String>> readable = new HashSet<>();
    for (ColumnChunkMetaData chunk : file.getRowGroups().get(group).getColumns()) {
      if (UnknownColumn.isReadable(chunk.getCodec())) {
        readable.add(List.of(chunk.getPath().toArray()));
      }
    }
    RecordText text = new RecordText(file.getFileMetaData().getSchema(), readable, calendar);
    Set<ColumnDescriptor> wanted = new LinkedHashSet<>();
    text.leaves.forEach(leaf -> wanted.add(leaf.descriptor));
    OpenColumns open = SourceRows.store(file, wanted, group);
    text.leaves.forEach(leaf -> leaf.start(open));
    return text;
  }

  /**
   * A row as JSON.
   *
   * @param row number in the row group; higher than that of the call before
   */
  String of(long row) {
    for (; at < row; at++) {
      leaves.forEach(leaf -> leaf.skip(0));
    }
    at++;
    JsonText json = new JsonText(TypedSettings.DEFAULT);
    json.beginObject();
    for (JsonPart column : columns) {
      json.name(column.name);
      column.write(json);
    }
    json.endObject();
    return json.toString();
  }
}
