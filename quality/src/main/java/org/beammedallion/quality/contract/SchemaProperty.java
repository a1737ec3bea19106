package org.beammedallion.quality.contract;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.beammedallion.quality.yaml.Location;
import org.beammedallion.quality.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * A field of an object, or the element of an array, whose name is then {@link #ELEMENT}.
 *
 * @param physicalName its name at the source; the same as {@code name} unless the contract says
 *     otherwise
 * @param formerNames what earlier versions of the contract called it, the latest first: the custom
 *     property {@link #RENAMED_FROM}
 */
public record SchemaProperty(
    String name,
    String physicalName,
    List<String> formerNames,
    Type type,
    boolean required,
    boolean unique,
    KeyPart primaryKey,
    KeyPart partitionKey,
    @Nullable String classification,
    List<QualityCheck> quality,
    Location location) {

  /**
   * What its values are.
   *
   * @param options the {@code logicalTypeOptions}
   * @param properties of an object
   * @param items the element of an array
   * @param allowedValues values of the {@code enum} of version 3.2, or empty
   * @param twoDigitYearsFrom the first year that two digits can mean, or null where it is not
   *     given: the custom property {@link #TWO_DIGIT_YEARS_FROM}
   * @param takesScalars whether numbers and booleans of JSON are taken as the texts that they are
   *     written as: the custom property {@link #TAKES_SCALARS}
   */
  public record Type(
      @Nullable LogicalType logical,
      @Nullable String physical,
      @Nullable YamlNode options,
      List<SchemaProperty> properties,
      @Nullable SchemaProperty items,
      List<String> allowedValues,
      @Nullable Integer twoDigitYearsFrom,
      boolean takesScalars) {}

  /**
   * Its place in a key.
   *
   * @param isPart whether it is in the key
   * @param position null where the contract gives none (the standard's -1)
   */
  public record KeyPart(boolean isPart, @Nullable Integer position) {}

  public static final String ELEMENT = "element";
  public static final String RENAMED_FROM = "renamedFrom";
  public static final String TWO_DIGIT_YEARS_FROM = "twoDigitYearsFrom";
  public static final String TAKES_SCALARS = "takesScalars";

  /** The option, or null where it is not given. */
  public @Nullable YamlNode option(String key) {
    return type.options == null ? null : type.options.find(key);
  }

  /** Where the option stands, or the property where it is not given. */
  Location optionLocation(String key) {
    YamlNode option = option(key);
    return option == null ? location : option.location();
  }

  /** By the places of properties in a key. */
  static Comparator<SchemaProperty> byPosition(Function<SchemaProperty, KeyPart> key) {
    return Comparator.comparing(
        property -> {
          Integer given = key.apply(property).position();
          return given == null ? Integer.MAX_VALUE : given;
        });
  }
}
