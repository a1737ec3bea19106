package org.beammedallion.transforms.star;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.SqlDialect;
import org.beammedallion.transforms.star.FactSource.Column;
import org.jspecify.annotations.Nullable;

/** Lays out how a fact's query is run. */
final class FactPlanner {

  private final FactSource silver;
  private final List<FactSource> dimensions;
  private final List<Column> columns;
  private final Function<SqlIdentifier, Column> resolve;

  /**
   * @param sources silver, then the dimensions
   * @param columns of the fact table
   * @param resolve finds the column that a name means
   */
  FactPlanner(
      List<FactSource> sources, List<Column> columns, Function<SqlIdentifier, Column> resolve) {
    this.silver = sources.get(0);
    this.dimensions = sources.subList(1, sources.size());
    this.columns = columns;
    this.resolve = resolve;
  }

  /** A key of a dimension and the column of silver that it is compared with. */
  private record Equality(String key, String column) {}

  FactPlan plan(String eventTime) {
    Set<String> needed = new LinkedHashSet<>();
    needed.add(eventTime);
    needed.addAll(selected(silver));
    Map<String, List<Equality>> equalities = new LinkedHashMap<>();
    for (FactSource dimension : dimensions) {
      List<Equality> pairs = equalities(dimension);
      equalities.put(dimension.alias(), pairs);
      pairs.forEach(pair -> needed.add(pair.column()));
      SqlIdentifier asOf = dimension.asOf();
      if (asOf != null) {
        needed.add(asOf(asOf));
      }
    }
    List<Field> wide = new ArrayList<>();
    needed.forEach(name -> wide.add(wideField(silver, name)));
    for (FactSource dimension : dimensions) {
      requireSurrogateKey(dimension);
      selected(dimension).forEach(name -> wide.add(wideField(dimension, name)));
    }
    RecordSchema wideSchema = new RecordSchema(wide);
    return new FactPlan(
        new RecordSchema(needed.stream().map(silver.schema()::field).toList()),
        wideSchema,
        dimensions.stream()
            .map(each -> join(each, equalities.getOrDefault(each.alias(), List.of()), wideSchema))
            .toList(),
        new RecordSchema(columns.stream().map(FactPlanner::output).toList()),
        columns.stream().mapToInt(each -> wideSchema.indexOf(each.wideName())).toArray(),
        0);
  }

  private static Field output(Column column) {
    Field field = column.source().schema().field(column.name());
    boolean required = column.source().isSilver() && field.required();
    return new Field(column.as(), column.as(), field.type(), required);
  }

  private static Field wideField(FactSource source, String name) {
    return Field.optional(wideName(source, name), source.schema().field(name).type());
  }

  private static String wideName(FactSource source, String name) {
    return new Column(source, name, name).wideName();
  }

  /** Names of the columns of a source that the fact table has. */
  private List<String> selected(FactSource source) {
    return columns.stream()
        .filter(column -> column.source().is(source))
        .map(Column::name)
        .distinct()
        .toList();
  }

  private void requireSurrogateKey(FactSource source) {
    String surrogateKey = source.requiredDimension().surrogateKey();
    if (!selected(source).contains(surrogateKey)) {
      throw SqlDialect.invalid(
          "A fact refers to a dimension by its surrogate key; select "
              + source.alias()
              + "."
              + surrogateKey
              + " too.",
          source.place());
    }
  }

  private FactPlan.Join join(FactSource source, List<Equality> pairs, RecordSchema wide) {
    DimensionSpec dimension = source.requiredDimension();
    List<String> selected = selected(source);
    Set<String> read = new LinkedHashSet<>(dimension.key());
    read.addAll(selected);
    read.remove(DimensionSpec.VALID_FROM);
    if (dimension.keepsHistory()) {
      read.add(DimensionSpec.VALID_FROM);
      read.add(DimensionSpec.VALID_TO);
    }
    RecordSchema rows = new RecordSchema(read.stream().map(dimension.schema()::field).toList());
    int[] key = dimension.key().stream().mapToInt(rows::indexOf).toArray();
    int[] factKey =
        dimension.key().stream()
            .mapToInt(name -> wide.indexOf(wideName(silver, comparedWith(name, pairs))))
            .toArray();
    SqlIdentifier asOf = source.asOf();
    return new FactPlan.Join(
        dimension.table(),
        rows,
        RowKey.of(RowLayout.of(rows), key, -1),
        RowKey.of(RowLayout.of(wide), factKey, -1),
        rows.indexOf(DimensionSpec.VALID_FROM),
        asOf == null ? -1 : wide.indexOf(wideName(silver, asOf(asOf))),
        selected.stream().map(rows::indexOf).toList(),
        wide.indexOf(wideName(source, selected.get(0))),
        surrogateColumn(source, dimension));
  }

  private static String comparedWith(String key, List<Equality> pairs) {
    return pairs.stream()
        .filter(pair -> pair.key().equals(key))
        .map(Equality::column)
        .findFirst()
        .orElseThrow();
  }

  private String surrogateColumn(FactSource source, DimensionSpec dimension) {
    return columns.stream()
        .filter(each -> each.source().is(source) && each.name().equals(dimension.surrogateKey()))
        .map(Column::as)
        .findFirst()
        .orElseThrow();
  }

  private String asOf(SqlIdentifier identifier) {
    Column column = resolve.apply(identifier);
    if (!column.source().isSilver()
        || !(silver.schema().field(column.name()).type() instanceof TimestampType)) {
      throw SqlDialect.invalid("AS OF takes a timestamp of silver.", identifier);
    }
    return column.name();
  }

  private List<Equality> equalities(FactSource source) {
    List<String> key = source.requiredDimension().key();
    List<Equality> pairs = new ArrayList<>();
    collect(source.condition(), source, pairs);
    List<String> joined = pairs.stream().map(Equality::key).sorted().toList();
    if (!joined.equals(key.stream().sorted().toList())) {
      throw SqlDialect.invalid(
          "A dimension is joined by its business key, so ON must compare each of "
              + String.join(", ", key)
              + " with a column of silver, once, and nothing else.",
          source.place());
    }
    return pairs;
  }

  private void collect(@Nullable SqlNode condition, FactSource source, List<Equality> pairs) {
    if (condition instanceof SqlCall call && call.getKind() == SqlKind.AND) {
      call.getOperandList().forEach(operand -> collect(operand, source, pairs));
      return;
    }
    if (condition instanceof SqlCall call
        && call.getKind() == SqlKind.EQUALS
        && call.operand(0) instanceof SqlIdentifier left
        && call.operand(1) instanceof SqlIdentifier right) {
      Column one = resolve.apply(left);
      Column other = resolve.apply(right);
      Column own = one.source().is(source) ? one : other;
      Column facts = one.source().is(source) ? other : one;
      if (own.source().is(source) && facts.source().isSilver()) {
        requireSameType(own, facts, call);
        pairs.add(new Equality(own.name(), facts.name()));
        return;
      }
    }
    throw SqlDialect.invalid(
        "ON takes comparisons of a dimension's key with columns of silver by =, joined by AND.",
        condition == null ? source.place() : condition);
  }

  private static void requireSameType(Column own, Column facts, SqlNode place) {
    FieldType a = own.source().schema().field(own.name()).type();
    FieldType b = facts.source().schema().field(facts.name()).type();
    boolean same =
        (a instanceof IntegerType || a instanceof DecimalType)
            ? a.equals(b)
            : a.getClass() == b.getClass();
    if (!same) {
      throw SqlDialect.invalid(
          "'"
              + own.name()
              + "' of the dimension and '"
              + facts.name()
              + "' of silver are of different types; give them the same in both contracts.",
          place);
    }
  }
}
