package org.beammedallion.pipelines;

import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * Sets how much is logged where this jar runs with the binding that lies beside it. On a cluster
 * the cluster's own logging decides, and these settings have no effect.
 */
final class LocalLogging {
  private static final String SIMPLE = "org.slf4j.simpleLogger.";

  private LocalLogging() {}

  /**
   * Lets only our own warnings through, to standard error. Call it before the first logger is made.
   */
  static void quiet() {
    level("off", Level.OFF);
    setUnlessGiven("log.org.beammedallion", "warn");
  }

  /**
   * Lets everything from level info upwards through, to standard error. Call it before the first
   * logger is made.
   */
  static void verbose() {
    level("info", Level.INFO);
  }

  private static void level(String simple, Level javaUtilLogging) {
    setUnlessGiven("defaultLogLevel", simple);
    setUnlessGiven("showDateTime", "true");
    setUnlessGiven("dateTimeFormat", "HH:mm:ss.SSS");
    setUnlessGiven("showShortLogName", "true");
    LogManager.getLogManager().getLogger("").setLevel(javaUtilLogging);
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getProperty(SIMPLE + name) == null) {
      System.setProperty(SIMPLE + name, value);
    }
  }
}
