package org.beammedallion.pipelines.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.pipelines.wiring.StoredDocument;
import org.beammedallion.quality.pipeline.FileKind;
import org.beammedallion.quality.pipeline.PipelineFile;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.quality.yaml.Document;
import org.jspecify.annotations.Nullable;

/** What to say where PIPELINE names something else than a pipeline file. */
final class WrongPipelineFile {

  /** What the names of pipeline files end in, by convention. */
  static final String NAME_END = ".pipeline.yaml";

  private static final int MOST_NAMED = 5;

  private WrongPipelineFile() {}

  /** Of a path at which there is no file. */
  static UsageException missing(Document file) {
    String nearest =
        DidYouMean.nearest(
            file.name(), beside(file, ".yaml").stream().map(Document::name).toList());
    boolean isRelative = !Storage.isUri(file.toString()) && !Path.of(file.toString()).isAbsolute();
    return new UsageException(
        "There is no pipeline file '"
            + file
            + "'"
            + (isRelative ? " (looked in " + Path.of("").toAbsolutePath() + ")." : ".")
            + (nearest == null ? "" : " Did you mean " + nearest + "?"));
  }

  /** Of a folder, where the command takes one file. */
  static UsageException folder(Document folder) {
    String names = names(in(folder.address(), NAME_END));
    return new UsageException(
        "'"
            + folder
            + "' is a folder. Give the pipeline file in it"
            + (names.isEmpty()
                ? "; none has a name that ends in " + NAME_END + "."
                : ": " + names + "."));
  }

  /** Of a file that is something else; null where it may be meant as a pipeline file. */
  static @Nullable UsageException of(Document file) {
    FileKind kind = FileKind.of(file);
    if (kind == FileKind.PIPELINE || kind == FileKind.UNKNOWN) {
      return null;
    }
    String wrong = file.name() + " is " + kind + ", not a pipeline file. ";
    if (kind != FileKind.CONTRACT) {
      return new UsageException(
          wrong + "Give the pipeline file; the servers of its contract say where the data is.");
    }
    String names =
        names(beside(file, ".yaml").stream().filter(other -> isOf(other, file.address())).toList());
    return new UsageException(
        wrong
            + "Give the pipeline file that names it"
            + (names.isEmpty()
                ? ": it has the line 'contract: " + file.name() + "'."
                : ": " + names + "."));
  }

  private static boolean isOf(Document other, String contract) {
    try {
      return PipelineFile.read(other).contractDocument().address().equals(contract);
    } catch (ConfigurationException e) {
      return false;
    }
  }

  private static String names(List<Document> files) {
    return files.stream().limit(MOST_NAMED).map(Document::name).collect(Collectors.joining(", "));
  }

  private static List<Document> beside(Document file, String ending) {
    return in(file.folder(), ending);
  }

  private static List<Document> in(String folder, String ending) {
    try {
      return StoredDocument.in(folder, ending);
    } catch (IOException e) {
      // It is for a hint only.
      return List.of();
    }
  }
}
