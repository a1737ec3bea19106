package org.beammedallion.transforms.star;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.beammedallion.quality.pipeline.DimensionSpec;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.SqlDialect;

/** What the names in a fact's query mean. */
final class FactNames {

  private static final Set<String> CHANGING =
      Set.of(DimensionSpec.VALID_TO, DimensionSpec.IS_CURRENT);

  private final Map<String, FactSource> sources;

  /**
   * @param sources tables of the query by their aliases, silver first
   */
  FactNames(Map<String, FactSource> sources) {
    this.sources = sources;
  }

  /**
   * A column that a name means, or a field in it.
   *
   * @param inside names of the fields on the way from the column to what is meant; empty for the
   *     column itself
   */
  record Found(FactColumn.Plain column, List<String> inside) {}

  /**
   * Finds a column whose values go into the fact table, or decide about them.
   *
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where there is none, or it
   *     cannot be used
   */
  Found read(SqlIdentifier name) {
    Found found = find(name);
    FactSource source = found.column().source();
    if (!source.isSilver() && CHANGING.contains(found.column().name())) {
      throw SqlDialect.invalid(
          "'"
              + found.column().name()
              + "' of a dimension changes when a later version comes, long after the fact; join the dimension by "
              + source.requiredDimension().surrogateKey()
              + " where it is wanted.",
          name);
    }
    return found;
  }

  /**
   * Finds a column as such, without fields inside it.
   *
   * @throws org.beammedallion.transforms.sql.InvalidQueryException where there is none
   */
  FactColumn.Plain column(SqlIdentifier name) {
    Found found = find(name);
    if (!found.inside().isEmpty()) {
      throw SqlDialect.invalid("Fields inside objects cannot be used here.", name);
    }
    return found.column();
  }

  private Found find(SqlIdentifier name) {
    List<String> names = name.names;
    FactSource named = names.size() > 1 ? sources.get(names.get(0)) : null;
    if (named != null) {
      if (named.schema().indexOf(names.get(1)) < 0) {
        throw SqlDialect.invalid(
            "'"
                + names.get(0)
                + "' has no column '"
                + names.get(1)
                + "'"
                + DidYouMean.ending(names.get(1), named.schema().names()),
            name);
      }
      return found(named, names.get(1), names.subList(2, names.size()), name);
    }
    List<FactSource> having =
        sources.values().stream().filter(each -> each.schema().indexOf(names.get(0)) >= 0).toList();
    if (having.size() != 1) {
      throw SqlDialect.invalid(
          having.isEmpty() ? unknown(names) : ambiguous(names.get(0), having.get(0)), name);
    }
    return found(having.get(0), names.get(0), names.subList(1, names.size()), name);
  }

  private String unknown(List<String> names) {
    if (names.size() > 1) {
      return "there is no table '"
          + names.get(0)
          + "' in FROM"
          + DidYouMean.ending(names.get(0), sources.keySet());
    }
    Set<String> all = new LinkedHashSet<>();
    sources.values().forEach(each -> all.addAll(each.schema().names()));
    return "no table in FROM has a column '"
        + names.get(0)
        + "'"
        + DidYouMean.ending(names.get(0), all);
  }

  private static String ambiguous(String column, FactSource one) {
    return "several tables have a column '"
        + column
        + "'; write "
        + one.alias()
        + "."
        + column
        + " or another.";
  }

  private static Found found(
      FactSource source, String column, List<String> inside, SqlIdentifier place) {
    FieldType type = source.schema().field(column).type();
    String path = column;
    for (String name : inside) {
      if (!(type instanceof FieldType.ObjectType object)) {
        throw SqlDialect.invalid(
            "'" + path + "' is no object, so it has no '" + name + "'.", place);
      } else if (object.schema().indexOf(name) < 0) {
        throw SqlDialect.invalid(
            "'"
                + path
                + "' has no field '"
                + name
                + "'"
                + DidYouMean.ending(name, object.schema().names()),
            place);
      }
      type = object.schema().field(name).type();
      path += "." + name;
    }
    return new Found(new FactColumn.Plain(source, column, column), List.copyOf(inside));
  }
}
