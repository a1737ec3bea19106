package org.beammedallion.pipelines.suite;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What a long test has tested, so that its results are not taken for those of other code. */
final class TestedClasses {

  /** Of the class files of all modules, as they are on the class path of a test. */
  static final String DIGEST = digest();

  private TestedClasses() {}

  private static String digest() {
    List<Path> classes = new ArrayList<>();
    try {
      for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
        Path folder = Path.of(each);
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(classes::add);
          }
        }
      }
      Collections.sort(classes);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : classes) {
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
