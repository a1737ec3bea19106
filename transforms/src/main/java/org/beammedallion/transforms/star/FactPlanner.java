package org.beammedallion.transforms.star;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.DateType;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.FieldType.IntegerType;
import org.beammedallion.quality.schema.FieldType.TimestampType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.sql.RowExpressions;
import org.beammedallion.transforms.sql.SqlDialect;
import org.jspecify.annotations.Nullable;

/** Lays out how a fact's query is run. */
final class FactPlanner {

  private final FactSource silver;
  private final List<FactSource> dimensions;
  private final List<FactColumn> columns;
  private final Set<FactColumn.Plain> read;
  private final @Nullable SqlNode where;
  private final FactNames names;

  /**
   * @param sources silver, then the dimensions
   * @param columns of the fact table
   * @param read columns that expressions and the condition read
   */
  FactPlanner(
      List<FactSource> sources,
      List<FactColumn> columns,
      Set<FactColumn.Plain> read,
      @Nullable SqlNode where,
      FactNames names) {
    this.silver = sources.get(0);
    this.dimensions = sources.subList(1, sources.size());
    this.columns = columns;
    this.read = read;
    this.where = where;
    this.names = names;
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
    FactConditions conditions =
        FactConditions.of(where, wideSchema, needed.size(), name -> fieldOf(name, wideSchema));
    RowExpressions expressions = expressions(wideSchema, conditions.others());
    return new FactPlan(
        new RecordSchema(needed.stream().map(silver.schema()::field).toList()),
        wideSchema,
        conditions,
        dimensions.stream()
            .map(each -> join(each, equalities.getOrDefault(each.alias(), List.of()), wideSchema))
            .toList(),
        expressions,
        output(expressions),
        sources(wideSchema),
        0);
  }

  /**
   * Position in the wide row of the column that a name means, or -1 where it means a part of one.
   */
  private int fieldOf(SqlIdentifier name, RecordSchema wide) {
    FactNames.Found found = names.read(name);
    return found.inside().isEmpty() ? wide.indexOf(found.column().wideName()) : -1;
  }

  /** What Beam SQL must compute of a wide row, or null where there is nothing. */
  private @Nullable RowExpressions expressions(RecordSchema wide, List<SqlNode> conditions) {
    List<RowExpressions.Named> computed =
        columns.stream()
            .filter(FactColumn.Computed.class::isInstance)
            .map(FactColumn.Computed.class::cast)
            .map(each -> new RowExpressions.Named(each.as(), each.expression()))
            .toList();
    return computed.isEmpty() && conditions.isEmpty()
        ? null
        : RowExpressions.of(wide, computed, conditions, name -> reference(name, wide));
  }

  private RowExpressions.Reference reference(SqlIdentifier name, RecordSchema wide) {
    FactNames.Found found = names.read(name);
    return new RowExpressions.Reference(wide.indexOf(found.column().wideName()), found.inside());
  }

  private RecordSchema output(@Nullable RowExpressions expressions) {
    List<Field> fields = new ArrayList<>();
    for (FactColumn column : columns) {
      if (column instanceof FactColumn.Plain plain) {
        Field field = plain.source().schema().field(plain.name());
        boolean required = plain.source().isSilver() && field.required();
        fields.add(new Field(plain.as(), plain.as(), field.type(), required));
      } else if (expressions != null) {
        fields.add(expressions.results().field(column.as()));
      }
    }
    return new RecordSchema(fields);
  }

  /**
   * For each column of the fact table its position in the wide row, or where it is computed {@code
   * -1 - its position among the results}.
   */
  private int[] sources(RecordSchema wide) {
    int[] sources = new int[columns.size()];
    int computed = 0;
    for (int i = 0; i < sources.length; i++) {
      sources[i] =
          columns.get(i) instanceof FactColumn.Plain plain
              ? wide.indexOf(plain.wideName())
              : -1 - computed++;
    }
    return sources;
  }

  private static Field wideField(FactSource source, String name) {
    return Field.optional(wideName(source, name), source.schema().field(name).type());
  }

  private static String wideName(FactSource source, String name) {
    return new FactColumn.Plain(source, name, name).wideName();
  }

  /** Columns of a source that the fact table has as they are. */
  private Stream<FactColumn.Plain> plain(FactSource source) {
    return columns.stream()
        .filter(FactColumn.Plain.class::isInstance)
        .map(FactColumn.Plain.class::cast)
        .filter(column -> column.source().is(source));
  }

  /** Names of the columns of a source on which the fact table depends. */
  private List<String> selected(FactSource source) {
    return Stream.concat(plain(source), read.stream().filter(column -> column.source().is(source)))
        .map(FactColumn.Plain::name)
        .distinct()
        .toList();
  }

  private void requireSurrogateKey(FactSource source) {
    String surrogateKey = source.requiredDimension().surrogateKey();
    if (plain(source).noneMatch(column -> column.name().equals(surrogateKey))) {
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
    return plain(source)
        .filter(each -> each.name().equals(dimension.surrogateKey()))
        .map(FactColumn.Plain::as)
        .findFirst()
        .orElseThrow();
  }

  private String asOf(SqlIdentifier identifier) {
    FactColumn.Plain column = names.column(identifier);
    if (!column.source().isSilver() || !isTime(silver.schema().field(column.name()).type())) {
      throw SqlDialect.invalid("AS OF takes a timestamp or a date of silver.", identifier);
    }
    return column.name();
  }

  private static boolean isTime(FieldType type) {
    return type instanceof TimestampType || type instanceof DateType;
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
      FactColumn.Plain one = names.column(left);
      FactColumn.Plain other = names.column(right);
      FactColumn.Plain own = one.source().is(source) ? one : other;
      FactColumn.Plain facts = one.source().is(source) ? other : one;
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

  private static void requireSameType(FactColumn.Plain own, FactColumn.Plain facts, SqlNode place) {
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
