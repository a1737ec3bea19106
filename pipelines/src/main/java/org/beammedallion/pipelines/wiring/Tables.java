package org.beammedallion.pipelines.wiring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.beammedallion.io.silver.Tombstones;
import org.beammedallion.io.silver.VersionLog;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TimeColumn;
import org.beammedallion.io.writing.TouchedPanes;
import org.beammedallion.quality.pipeline.AggregateSpec;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.pipeline.FactSpec.DimensionTable;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.SilverSpec;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.ChangeSequence;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a pipeline: where they are, what they look like, under which name a cycle is
 * committed to them.
 */
public final class Tables {

  private static final long MICROS_PER_DAY = Duration.ofDays(1).toNanos() / 1000;
  private static final long MICROS_PER_HOUR = Duration.ofHours(1).toNanos() / 1000;
  private static final long MICROS_PER_MILLI = 1000;

  private Tables() {}

  public static Table silver(PipelineDefinition definition, LakeLayout lake) {
    return silver(definition, lake, definition.silver().table());
  }

  /**
   * A table of silver with the format that the pipeline has.
   *
   * @param name which need not be that of the pipeline's table: then it is for its history alone
   */
  public static Table silver(PipelineDefinition definition, LakeLayout lake, String name) {
    return table(
        definition, lake.silver(name), "silver", name, silverLayout(definition), lake.catalog());
  }

  /**
   * The tables of a pipeline by their names, such as {@code silver.orders}, for their places and
   * histories: columns of gold are not known, so that its SQL may be wrong.
   */
  public static Map<String, Table> byName(PipelineDefinition definition, LakeLayout lake) {
    Map<String, Table> tables = new LinkedHashMap<>();
    tables.put("silver." + definition.silver().table(), silver(definition, lake));
    RowKey key = key(definition);
    if (definition.hasDeletes() && key != null) {
      tables.put("silver." + deletesName(definition), deletes(definition, lake, key));
    }
    if (definition.keepsVersions()) {
      tables.put("silver." + versionsName(definition), versions(definition, lake));
    }
    List<String> gold = new ArrayList<>();
    definition.gold().dimensions().forEach(spec -> gold.add(spec.table()));
    definition.gold().aggregates().forEach(spec -> gold.add(spec.table()));
    definition.gold().facts().forEach(spec -> gold.add(spec.table()));
    for (String name : gold) {
      tables.put("gold." + name, gold(definition, lake, name, definition.rowSchema()));
    }
    return tables;
  }

  private static Table table(
      PipelineDefinition definition,
      String uri,
      String layer,
      String name,
      TableLayout layout,
      CatalogSettings catalog) {
    return format(definition)
        .table(
            new TableDefinition(
                uri,
                layer,
                name,
                layout,
                catalog,
                definition.silver().formatVersion(),
                definition.contract().version()));
  }

  public static TableLayout silverLayout(PipelineDefinition definition) {
    return new TableLayout(definition.rowSchema(), definition.silver().partitionBy(), true);
  }

  /** The key of silver's rows, and what tells the later of two. */
  public static @Nullable RowKey key(PipelineDefinition definition) {
    if (!definition.hasKey()) {
      return null;
    }
    RowLayout layout = RowLayout.of(definition.rowSchema());
    int[] fields = definition.keyFieldIndexes();
    return definition.hasChanges()
        ? RowKey.ofChanges(layout, fields, definition.latestBy(), changeOrder(definition))
        : RowKey.of(layout, fields, definition.latestBy());
  }

  /** The order of the changes that silver's rows are made of. */
  public static ChangeSequence changeOrder(PipelineDefinition definition) {
    return ChangeSequence.of(
        definition.epochs().stream().mapToLong(Instant::toEpochMilli).toArray());
  }

  /** Name of the table of deletes that are remembered, beside silver's. */
  public static String deletesName(PipelineDefinition definition) {
    return definition.silver().table() + "_deletes";
  }

  /** The deletes that are remembered. */
  public static Table deletes(PipelineDefinition definition, LakeLayout lake, RowKey key) {
    String name = deletesName(definition);
    TableLayout layout = new TableLayout(Tombstones.schema(key), List.of(), false);
    return table(definition, lake.silver(name), "silver", name, layout, lake.catalog());
  }

  /** Name of the table of every accepted version, beside silver's. */
  public static String versionsName(PipelineDefinition definition) {
    return definition.silver().table() + "_versions";
  }

  /** Every accepted version of a row. */
  public static Table versions(PipelineDefinition definition, LakeLayout lake) {
    String name = versionsName(definition);
    TableLayout layout =
        new TableLayout(VersionLog.schema(definition.rowSchema()), List.of(), false);
    return table(definition, lake.silver(name), "silver", name, layout, lake.catalog());
  }

  public static Table dimension(
      PipelineDefinition definition, LakeLayout lake, DimensionSpec dimension) {
    return gold(definition, lake, dimension.table(), dimension.schema());
  }

  /** A dimension of this or another pipeline. */
  public static Table dimension(DimensionTable dimension, LakeLayout lake) {
    String name = dimension.spec().table();
    TableLayout layout = new TableLayout(dimension.spec().schema(), List.of(), false);
    return TableFormat.named(dimension.format().name().toLowerCase(Locale.ROOT))
        .table(
            new TableDefinition(
                lake.gold(name),
                "gold",
                name,
                layout,
                lake.catalog(),
                dimension.formatVersion(),
                ""));
  }

  public static Table gold(
      PipelineDefinition definition, LakeLayout lake, String name, RecordSchema schema) {
    return gold(definition, lake, name, schema, List.of());
  }

  public static Table gold(
      PipelineDefinition definition,
      LakeLayout lake,
      String name,
      RecordSchema schema,
      List<PartitionField> partitions) {
    TableLayout layout = new TableLayout(schema, partitions, false);
    return table(definition, lake.gold(name), "gold", name, layout, lake.catalog());
  }

  private static TableFormat format(PipelineDefinition definition) {
    return TableFormat.named(definition.silver().format().name().toLowerCase(Locale.ROOT));
  }

  /**
   * Checks that the wanted format can keep silver, and goes with the catalog.
   *
   * @throws IllegalArgumentException where it cannot
   */
  public static void requireFormat(PipelineDefinition definition, CatalogSettings catalog) {
    String name = definition.silver().table();
    table(definition, name, "silver", name, silverLayout(definition), catalog);
  }

  /**
   * With the cycle's number it names a commit; a restart has the same name, a runner's job id would
   * not.
   */
  public static String application(PipelineDefinition definition, String table) {
    return "medallion/" + definition.name() + "/" + table;
  }

  /**
   * Width of the panes in which touched event time is told: every window of every gold table is
   * made of whole ones.
   */
  public static long paneMicros(PipelineDefinition definition) {
    // Facts have no windows of their own: an hour's are computed again at a time.
    long pane = definition.gold().facts().isEmpty() ? 0 : MICROS_PER_HOUR;
    for (AggregateSpec gold : definition.gold().aggregates()) {
      pane = greatestCommonDivisor(pane, MICROS_PER_MILLI * gold.window().paneMillis());
    }
    return pane == 0 ? MICROS_PER_DAY : pane;
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** The panes that the rows of a file may fall into, as far as its statistics tell. */
  public static TouchedPanes touchedBy(DataFile file, PipelineDefinition definition) {
    int eventTime = definition.silver().eventTime();
    if (eventTime == SilverSpec.NONE) {
      return TouchedPanes.NONE;
    }
    TimeColumn column = TimeColumn.of(definition.schema().fields().get(eventTime));
    for (ColumnStatistics statistics : file.statistics()) {
      if (statistics.path().equals(List.of(column.name()))) {
        Long first = column.micros(statistics.min());
        Long last = column.micros(statistics.max());
        if (first != null && last != null) {
          return TouchedPanes.between(first, last, paneMicros(definition));
        }
      }
    }
    return TouchedPanes.NONE;
  }
}
