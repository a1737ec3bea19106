package org.beammedallion.io.parquet.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.FieldType.StringType;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.ColumnMeaning;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.RefusedFileException;

/** The columns of a file that are read, and what is known of them. */
final class SourceColumns {

  final MessageType file;
  final LegacyCalendar calendar;
  final TypedSettings settings;
  final List<String> warnings = new ArrayList<>();
  private final SourceFooter footer;
  private final Set<List<String>> variants;
  private final Map<List<String>, Leaf> leaves = new HashMap<>();

  SourceColumns(MessageType file, SourceFooter footer, TypedSettings settings) {
    this.file = file;
    this.footer = footer;
    this.settings = settings;
    calendar = LegacyCalendar.of(footer);
    variants = SparkVariants.paths(file, footer);
  }

  ColumnForm form(Type column, List<String> path) throws RefusedFileException {
    requireKnown(column, path);
    return ColumnForm.of(column.asPrimitiveType());
  }

  void requireKnown(Type column, List<String> path) throws RefusedFileException {
    String obstacle = null;
    LogicalTypeAnnotation logical = column.getLogicalTypeAnnotation();
    if (footer.unknownTypes().contains(path)) {
      obstacle = "of a logical type that this version does not know";
    } else if (variants.contains(path)
        || (logical != null
            && logical.getClass().getSimpleName().equals("VariantLogicalTypeAnnotation"))) {
      obstacle = "of type VARIANT, which is not supported";
    } else if (column.isPrimitive()) {
      obstacle = ColumnForm.obstacle(column.asPrimitiveType());
    }
    if (obstacle != null) {
      throw Refusals.column(String.join(".", path), obstacle, null);
    }
  }

  ColumnConversion conversion(FieldPlan field, Type column) {
    ColumnForm form = ColumnForm.of(column.asPrimitiveType());
    if (ColumnForm.isPlainBinary(column.asPrimitiveType())
        && !settings.binaryIsText()
        && field.type() instanceof StringType) {
      warnings.add(
          "has bytes in the column '"
              + column.getName()
              + "', which its schema does not declare as text, so they became base64. Set 'binary: text' in"
              + " the pipeline file's source if they are UTF-8.");
    }
    ColumnMeaning meaning = ColumnForm.meaning(column.asPrimitiveType(), settings);
    return ColumnConversion.of(field, meaning, settings, calendar.of(form.calendar()));
  }

  /** The one leaf of a path, which is read from now on. */
  Leaf leaf(List<String> path) {
    return leaves.computeIfAbsent(path, each -> new Leaf(file.getColumnDescription(array(each))));
  }

  /** The columns that are read. */
  Set<ColumnDescriptor> columns() {
    return leaves.values().stream().map(leaf -> leaf.descriptor).collect(Collectors.toSet());
  }

  /**
   * Refuses what cannot be read in a column and below it, where the contract says nothing of what
   * is in it.
   */
  void requireKnownBelow(Type column, List<String> path) throws RefusedFileException {
    requireKnown(column, path);
    if (SparkVariants.isLike(column)) {
      throw Refusals.column(
          String.join(".", path),
          "of bytes called 'metadata' and 'value', as Spark writes its type VARIANT, which is not supported",
          "Leave the field out of the contract, have the source write another type, or, where they are no variant, name"
              + " 'metadata' and 'value' as properties of the field.");
    }
    if (!column.isPrimitive()) {
      for (Type child : column.asGroupType().getFields()) {
        requireKnownBelow(child, child(path, child.getName()));
      }
    }
  }

  static boolean isNested(FieldPlan field) {
    return field.type() instanceof ObjectType || field.type() instanceof ArrayType;
  }

  static String[] array(List<String> path) {
    return path.toArray(String[]::new);
  }

  int definition(List<String> path) {
    return path.isEmpty() ? 0 : file.getMaxDefinitionLevel(array(path));
  }

  int repetition(List<String> path) {
    return path.isEmpty() ? 0 : file.getMaxRepetitionLevel(array(path));
  }

  static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  static List<String> child(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  static List<String> firstLeaf(Type type, List<String> path) {
    Type down = type;
    List<String> longer = path;
    while (!down.isPrimitive()) {
      down = down.asGroupType().getType(0);
      longer = child(longer, down.getName());
    }
    return longer;
  }
}
