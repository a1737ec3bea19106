package org.beammedallion.transforms.check;

import java.util.List;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.row.ArrayLayout;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowLayout.Storage;
import org.jspecify.annotations.Nullable;

/** Turns a path and a check into steps over encoded rows. */
final class PathCompiler {

  private final List<String> path;
  private final Check check;

  private PathCompiler(FieldPath path, Check check) {
    this.path = path.steps();
    this.check = check;
  }

  /**
   * The steps from a row of the layout to the values that are checked.
   *
   * @throws IllegalArgumentException where the path does not lead to a field, or the check does not
   *     fit its type
   */
  static PathStep compile(RowLayout layout, FieldPath path, Check check) {
    return new PathCompiler(path, check).field(layout, 0);
  }

  private PathStep field(RowLayout layout, int step) {
    int field = layout.schema().indexOf(path.get(step));
    if (field < 0) {
      throw new IllegalArgumentException(
          "No field '" + path.get(step) + "' among " + layout.schema().names() + ".");
    }
    Storage storage = layout.storage(field);
    return new FieldStep(
        layout,
        field,
        next(
            layout.schema().fields().get(field).type(),
            storage == Storage.OBJECT ? layout.object(field) : null,
            storage == Storage.ARRAY ? layout.array(field) : null,
            step + 1));
  }

  private PathStep next(
      FieldType type, @Nullable RowLayout object, @Nullable ArrayLayout array, int step) {
    if (step == path.size()) {
      return new ValueStep(type, leaf(check, type, object, array));
    } else if (object != null) {
      return field(object, step);
    } else if (array != null && path.get(step).equals(FieldPath.EACH)) {
      Storage storage = array.storage();
      return new ElementsStep(
          array,
          next(
              array.element().type(),
              storage == Storage.OBJECT ? array.object() : null,
              storage == Storage.ARRAY ? array.array() : null,
              step + 1));
    }
    throw new IllegalArgumentException(
        "The path " + path + " leads past a value that is no object or array.");
  }

  private static ValueCheck leaf(
      Check check, FieldType type, @Nullable RowLayout object, @Nullable ArrayLayout array) {
    if (check instanceof Check.NotNull) {
      return SetChecks.noneOf(List.of(), true, type);
    } else if (check instanceof Check.NotMissing notMissing) {
      return SetChecks.noneOf(notMissing.values(), notMissing.nullIsMissing(), type);
    } else if (check instanceof Check.OneOf oneOf) {
      return SetChecks.oneOf(oneOf.values(), type);
    } else if (check instanceof Check.AllOf allOf) {
      return new AllOf(
          allOf.checks().stream().map(each -> leaf(each, type, object, array)).toList());
    } else if (check instanceof Check.Bound bound) {
      return NumberChecks.bound(bound, type);
    } else if (check instanceof Check.MultipleOf multipleOf) {
      return NumberChecks.multipleOf(multipleOf.divisor(), type);
    } else if (type instanceof FieldType.StringType) {
      return text(check);
    } else if (array != null && check instanceof Check.ItemCount count) {
      return StructureChecks.itemCount(count.minimum(), count.maximum());
    } else if (array != null && check instanceof Check.UniqueItems) {
      return StructureChecks.uniqueItems(array);
    } else if (object != null && check instanceof Check.PropertyCount count) {
      return StructureChecks.propertyCount(object, count.minimum(), count.maximum());
    }
    throw unfit(check, type);
  }

  private static ValueCheck text(Check check) {
    if (check instanceof Check.Length length) {
      return TextChecks.length(length.minimum(), length.maximum());
    } else if (check instanceof Check.Matches matches) {
      return TextChecks.matches(matches.regex());
    } else if (check instanceof Check.HasFormat format) {
      return TextChecks.format(format.format());
    }
    throw unfit(check, FieldType.STRING);
  }

  private static IllegalArgumentException unfit(Check check, FieldType type) {
    return new IllegalArgumentException(
        "The check " + check + " does not fit the type " + type + ".");
  }

  private static final class AllOf extends ValueCheck {
    private final List<ValueCheck> checks;

    AllOf(List<ValueCheck> checks) {
      this.checks = checks;
    }

    @Override
    boolean accepts(byte[] bytes, int start, int length) {
      for (int i = 0; i < checks.size(); i++) {
        if (!checks.get(i).accepts(bytes, start, length)) {
          return false;
        }
      }
      return true;
    }

    @Override
    boolean acceptsNull() {
      return checks.stream().allMatch(ValueCheck::acceptsNull);
    }

    @Override
    String demand() {
      return String.join(" and ", checks.stream().map(ValueCheck::demand).toList());
    }
  }
}
