package org.beammedallion.transforms.star;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.sql.PredicateCompiler;
import org.beammedallion.transforms.sql.RowPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A fact's WHERE, in parts that must all hold.
 *
 * @param onSilver what can be asked of silver's row, before any join
 * @param onWide what can be asked of a wide row
 * @param others what only Beam SQL can tell
 */
record FactConditions(RowPredicate onSilver, RowPredicate onWide, List<SqlNode> others) {

  /**
   * @param wide schema of wide rows
   * @param silverColumns how many of its first columns are silver's
   * @param fieldOf position in {@code wide} of the column that an identifier names, or -1
   */
  static FactConditions of(
      @Nullable SqlNode where,
      RecordSchema wide,
      int silverColumns,
      ToIntFunction<SqlIdentifier> fieldOf) {
    PredicateCompiler ofSilver =
        new PredicateCompiler(
            wide,
            name -> {
              int field = fieldOf.applyAsInt(name);
              return field < silverColumns ? field : -1;
            });
    PredicateCompiler ofAll = new PredicateCompiler(wide, fieldOf);
    List<RowPredicate> onSilver = new ArrayList<>();
    List<RowPredicate> onWide = new ArrayList<>();
    List<SqlNode> others = new ArrayList<>();
    for (SqlNode part : parts(where)) {
      Optional<RowPredicate> early = ofSilver.compile(part);
      Optional<RowPredicate> late = ofAll.compile(part);
      if (early.isPresent()) {
        onSilver.add(early.get());
      } else if (late.isPresent()) {
        onWide.add(late.get());
      } else {
        others.add(part);
      }
    }
    return new FactConditions(
        new RowPredicate.And(onSilver), new RowPredicate.And(onWide), List.copyOf(others));
  }

  private static List<SqlNode> parts(@Nullable SqlNode where) {
    if (where == null) {
      return List.of();
    } else if (where instanceof SqlCall call && call.getKind() == SqlKind.AND) {
      return call.getOperandList().stream().flatMap(operand -> parts(operand).stream()).toList();
    }
    return List.of(where);
  }
}
