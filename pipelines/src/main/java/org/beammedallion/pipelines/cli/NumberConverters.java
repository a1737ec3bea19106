package org.beammedallion.pipelines.cli;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers among our own options, with words for a person where one is none. */
final class NumberConverters {

  private NumberConverters() {}

  /** Lets a command and its subcommands say "whole number" where Java says int or long. */
  static void register(CommandLine line) {
    line.registerConverter(int.class, NumberConverters::toInt);
    line.registerConverter(long.class, NumberConverters::toLong);
    line.registerConverter(Long.class, NumberConverters::toLong);
    line.registerConverter(ByteSize.class, ByteSize::parse);
  }

  private static int toInt(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number up to " + Integer.MAX_VALUE);
    }
  }

  private static long toLong(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
  }

  /** A part of a whole: from 0 to 1. */
  static final class Part implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      double part = parsed(text);
      if (part >= 0 && part <= 1) {
        return part;
      }
      throw new TypeConversionException("'" + text + "' is not a number from 0 to 1");
    }

    private static double parsed(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
  }
}
