package org.beammedallion.transforms.sql.function;

import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;

/** The functions that Beam SQL must be told of before it sees a query of gold. */
public final class GoldFunctions {

  private static final List<Class<? extends BeamSqlUdf>> ALL =
      Stream.of(
              WholeFunctions.class,
              DoubleFunctions.class,
              DecimalFunctions.class,
              TextFunctions.class,
              TextCasts.class,
              TimeFunctions.class)
          .flatMap(holder -> Stream.of(holder.getDeclaredClasses()))
          .filter(BeamSqlUdf.class::isAssignableFrom)
          .<Class<? extends BeamSqlUdf>>map(each -> each.asSubclass(BeamSqlUdf.class))
          .toList();

  private GoldFunctions() {}

  /** What a function is called in the SQL that Beam SQL is given. */
  public static String name(Class<? extends BeamSqlUdf> function) {
    return "gold" + function.getSimpleName();
  }

  /**
   * Registers every function.
   *
   * @param register takes what is registered at, a name and a function, and gives the same with it
   */
  public static <T> T registerAt(T start, Registration<T> register) {
    T registered = start;
    for (Class<? extends BeamSqlUdf> function : ALL) {
      registered = register.add(registered, name(function), function);
    }
    return registered;
  }

  /** How a function is made known. */
  @FunctionalInterface
  public interface Registration<T> {
    T add(T at, String name, Class<? extends BeamSqlUdf> function);
  }
}
