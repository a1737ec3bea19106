package org.beammedallion.io.table.iceberg;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.beammedallion.quality.schema.PartitionField;
import org.jspecify.annotations.Nullable;

/**
 * Partitions as Iceberg has them: hidden, a transform of a column. Their values stand as numbers in
 * Iceberg and as the text of {@link PartitionField.Transform} everywhere else.
 */
final class IcebergPartitions {

  private static final int EPOCH_YEAR = 1970;

  private IcebergPartitions() {}

  /**
   * @throws IllegalArgumentException where Iceberg refuses such partitions, as two of one time
   */
  static PartitionSpec specOf(List<PartitionField> partitions, Schema schema) {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    for (PartitionField each : partitions) {
      try {
        switch (each.transform()) {
          case IDENTITY -> builder.identity(each.source());
          case YEAR -> builder.year(each.source(), each.column());
          case MONTH -> builder.month(each.source(), each.column());
          case DAY -> builder.day(each.source(), each.column());
          case HOUR -> builder.hour(each.source(), each.column());
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "An Iceberg table cannot be partitioned by "
                + partitions
                + ": "
                + e.getMessage()
                + ". Of one time, Iceberg takes one of year, month, day and hour; the finest is enough.",
            e);
      }
    }
    return builder.build();
  }

  /** The partitions of a table, as the pipeline file writes them. */
  static List<String> describe(PartitionSpec spec) {
    return spec.fields().stream()
        .map(
            field -> {
              String source = String.valueOf(spec.schema().findColumnName(field.sourceId()));
              return field.transform().isIdentity()
                  ? source
                  : field.transform().toString().toLowerCase(Locale.ROOT) + "(" + source + ")";
            })
        .toList();
  }

  static PartitionData valuesOf(
      Map<String, @Nullable String> texts, List<PartitionField> partitions, PartitionSpec spec) {
    PartitionData data = new PartitionData(spec.partitionType());
    for (int i = 0; i < partitions.size(); i++) {
      PartitionField partition = partitions.get(i);
      String text = texts.get(partition.column());
      Type type = spec.partitionType().fields().get(i).type();
      data.set(i, text == null ? null : valueOf(text, partition.transform(), type));
    }
    return data;
  }

  private static Object valueOf(String text, PartitionField.Transform transform, Type type) {
    return switch (transform) {
      case YEAR -> Integer.parseInt(text) - EPOCH_YEAR;
      case MONTH -> {
        int dash = text.lastIndexOf('-');
        int year = Integer.parseInt(text.substring(0, dash));
        yield (year - EPOCH_YEAR) * 12 + Integer.parseInt(text.substring(dash + 1)) - 1;
      }
      case DAY -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
      case HOUR -> {
        int dash = text.lastIndexOf('-');
        long day = LocalDate.parse(text.substring(0, dash)).toEpochDay();
        yield Math.toIntExact(day * 24 + Integer.parseInt(text.substring(dash + 1)));
      }
      case IDENTITY ->
          switch (type.typeId()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case INTEGER -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case DATE -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
            default -> text;
          };
    };
  }

  static Map<String, @Nullable String> textsOf(
      StructLike values, List<PartitionField> partitions, PartitionSpec spec) {
    Map<String, @Nullable String> texts = new LinkedHashMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      PartitionField partition = partitions.get(i);
      Object value = values.get(i, Object.class);
      Type type = spec.partitionType().fields().get(i).type();
      texts.put(
          partition.column(), value == null ? null : textOf(value, partition.transform(), type));
    }
    return texts;
  }

  private static String textOf(Object value, PartitionField.Transform transform, Type type) {
    return switch (transform) {
      case YEAR -> Integer.toString((Integer) value + EPOCH_YEAR);
      case MONTH -> {
        int months = (Integer) value;
        int year = Math.floorDiv(months, 12) + EPOCH_YEAR;
        yield String.format(Locale.ROOT, "%04d-%02d", year, Math.floorMod(months, 12) + 1);
      }
      case DAY -> LocalDate.ofEpochDay((Integer) value).toString();
      case HOUR -> {
        int hours = (Integer) value;
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(hours, 24));
        yield String.format(Locale.ROOT, "%s-%02d", day, Math.floorMod(hours, 24));
      }
      case IDENTITY ->
          type.typeId() == Type.TypeID.DATE
              ? LocalDate.ofEpochDay((Integer) value).toString()
              : value.toString();
    };
  }
}
