package org.beammedallion.pipelines.suite;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Rows of a test that the nightly profile takes, too, beside those of each build. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(NightlyRows.Provider.class)
@interface NightlyRows {

  /** Values with a delimiter between them; one may be in single quotes. */
  String[] value();

  char delimiter() default ',';

  /** Gives the rows where {@code -Dnightly=true}. */
  final class Provider extends AnnotationBasedArgumentsProvider<NightlyRows> {

    @Override
    protected Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context, NightlyRows rows) {
      return Boolean.getBoolean("nightly")
          ? Arrays.stream(rows.value()).map(row -> arguments(row, rows.delimiter()))
          : Stream.empty();
    }

    private static Arguments arguments(String row, char delimiter) {
      Object[] values =
          Arrays.stream(row.split("[" + delimiter + "]", -1))
              .map(each -> each.strip().replaceFirst("^'([^']*)'$", "$1"))
              .toArray();
      return Arguments.of(values);
    }
  }
}
