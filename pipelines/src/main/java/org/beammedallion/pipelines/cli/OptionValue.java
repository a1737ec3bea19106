package org.beammedallion.pipelines.cli;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.ValueProvider;
import org.apache.beam.sdk.values.TypeDescriptor;

/** What a value of an option looks like on the command line, in words. */
final class OptionValue {

  private OptionValue() {}

  /** Whether an option of this type may be given more than once. */
  static boolean isList(Class<?> type) {
    return type.isArray() || Collection.class.isAssignableFrom(type);
  }

  /**
   * Describes the values of a type.
   *
   * @return to stand behind "takes": {@code a whole number}
   */
  static String describe(Type type) {
    Class<?> raw = TypeDescriptor.of(type).getRawType();
    if (raw == ValueProvider.class && type instanceof ParameterizedType provider) {
      return describe(provider.getActualTypeArguments()[0]);
    } else if (raw == boolean.class || raw == Boolean.class) {
      return "true or false";
    } else if (raw == int.class || raw == Integer.class) {
      return "a whole number up to " + Integer.MAX_VALUE;
    } else if (raw == long.class || raw == Long.class) {
      return "a whole number";
    } else if (raw == double.class || raw == Double.class) {
      return "a number";
    } else if (raw.isEnum()) {
      return "one of "
          + Arrays.stream(raw.getEnumConstants())
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
    } else if (isList(raw)) {
      return "a list with commas between";
    } else if (Map.class.isAssignableFrom(raw)) {
      return "a JSON object such as {\"name\":\"value\"}";
    } else if (raw == Class.class) {
      return "the full name of a class";
    }
    return "JSON that makes a " + raw.getSimpleName();
  }
}
