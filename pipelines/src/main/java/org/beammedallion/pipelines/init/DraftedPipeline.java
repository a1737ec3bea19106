package org.beammedallion.pipelines.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.pipelines.sample.RejectedSample;
import org.beammedallion.pipelines.sample.SourceSample;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.PipelineFile;
import org.beammedallion.quality.schema.Field;
import org.jspecify.annotations.Nullable;

/**
 * A contract and a pipeline file for files of data: guessed by their beginning, and then tried on
 * their records as a run would read them.
 *
 * @param name of the pipeline, the contract and the table
 * @param contract its text
 * @param pipeline its text
 * @param rows how many records were tried
 * @param rejected what of them would be rejected
 * @param decisions what a person has to decide, in sentences
 */
public record DraftedPipeline(
    String name,
    String contract,
    String pipeline,
    long rows,
    RejectedSample rejected,
    SourceSample sample,
    List<String> decisions) {

  /** So many records tell what every record has, and take some seconds. */
  public static final long SAMPLE = 200_000;

  /** Fewer records say nothing of what is always there. */
  private static final long ENOUGH = 20;

  private static final String WILDCARDS = "\\*?[]{}";

  /**
   * Drafts both files.
   *
   * @param files of one data set, on a disk of this machine
   * @param name of the pipeline, or empty to take the first file's
   * @param folder that the contract will lie in
   * @param header whether the first line of CSV names the columns; null where that is to be guessed
   * @throws IllegalArgumentException where the files are not there, or hold no records that can be
   *     told apart
   */
  public static DraftedPipeline of(
      List<Path> files, String name, Path folder, @Nullable Boolean header) throws IOException {
    List<Path> absolute = new ArrayList<>();
    for (Path file : files) {
      if (Files.isDirectory(file)) {
        throw new IllegalArgumentException(
            "'" + file + "' is a folder; name its files, such as " + file + "/*.csv.");
      } else if (!Files.exists(file)) {
        throw new IllegalArgumentException(
            "There is no file '" + file + "' (looked in " + Path.of("").toAbsolutePath() + ").");
      }
      absolute.add(file.toAbsolutePath().normalize());
    }
    String named = name.isEmpty() ? nameOf(absolute.get(0)) : name;
    SourceGuess guess =
        SourceGuess.of(
            absolute.stream()
                .map(file -> Storage.of(file.toString()).canonical(file.toString()))
                .toList(),
            header);
    ColumnNaming.name(guess.columns());
    String path = path(absolute, folder.toAbsolutePath().normalize());
    String about = about(files);
    String draft =
        ContractText.of(named, about, path, guess.format(), guess.notes(), guess.columns());
    PipelineDefinition definition = definition(named, draft, skeleton(named, guess), folder);
    RowProfile profile = new RowProfile(definition.schema());
    RejectedSample rejected = new RejectedSample();
    SourceSample sample =
        SourceSample.read(
            definition,
            null,
            SAMPLE,
            batch -> {
              profile.add(batch);
              rejected.add(batch);
            });
    describe(guess.columns(), profile);
    String contract =
        ContractText.of(
            named,
            about + String.format(Locale.ROOT, "; %,d records were read", rejected.read()),
            path,
            guess.format(),
            guess.notes(),
            guess.columns());
    String pipeline = PipelineText.of(named, contractName(named), guess.options(), profile);
    definition(named, contract, pipeline, folder);
    return new DraftedPipeline(
        named, contract, pipeline, profile.rows(), rejected, sample, decisions(guess));
  }

  /** What speaks against a run with these files as they are, in sentences. */
  public List<String> warnings() {
    List<String> all = new ArrayList<>();
    if (rejected.rejected() > 0 && rejected.rejected() * 2 >= rejected.read()) {
      all.add(
          String.format(
              Locale.ROOT,
              "%,d of the %,d records that were read would be rejected: the guesses do not fit these files.",
              rejected.rejected(),
              rejected.read()));
    }
    if (!sample.refused().isEmpty()) {
      all.add(
          String.format(
              Locale.ROOT,
              "%,d of the %,d files that were read would be refused, with all their records.",
              sample.refused().size(),
              sample.files()));
    }
    return all;
  }

  /** The names that both files should have. */
  public String contractName() {
    return contractName(name);
  }

  public String pipelineName() {
    return name + ".pipeline.yaml";
  }

  private static String contractName(String name) {
    return name + ".odcs.yaml";
  }

  /** A name that is a pipeline's and a table's. */
  private static String nameOf(Path file) {
    Path last = file.getFileName();
    String base = last == null ? "data" : last.toString().replaceFirst("(?<=.)\\..*", "");
    String plain = base.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
    return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "data_" + plain : plain;
  }

  private static String about(List<Path> files) {
    return files.size() == 1
        ? files.get(0).toString()
        : files.size() + " files, the first of which is " + files.get(0);
  }

  /** A glob of the files, relative to the contract where they lie below it. */
  private static String path(List<Path> files, Path folder) throws IOException {
    Path parent = files.get(0).getParent();
    boolean together = files.stream().allMatch(file -> Objects.equals(parent, file.getParent()));
    if (parent == null || !together) {
      throw new IllegalArgumentException(
          "The files lie in several folders, and a contract names one pattern: copy the files into one folder, or write"
              + " the contract for one of them and put wildcards into its 'path'.");
    }
    String names = files.size() == 1 ? escaped(files.get(0).getFileName()) : pattern(parent, files);
    String in = parent.startsWith(folder) ? escaped(folder.relativize(parent)) : escaped(parent);
    return in.isEmpty() ? names : in + "/" + names;
  }

  /**
   * All files of the folder with one ending, or with one beginning as well, where these are all, so
   * that later ones belong to them.
   */
  private static String pattern(Path parent, List<Path> files) throws IOException {
    String first = String.valueOf(files.get(0).getFileName());
    int dot = first.indexOf('.', 1);
    String ending = dot < 0 ? "" : first.substring(dot);
    try (Stream<Path> all = Files.list(parent)) {
      List<Path> alike =
          all.filter(file -> !ending.isEmpty() && file.toString().endsWith(ending)).toList();
      if (new HashSet<>(alike).equals(new HashSet<>(files))) {
        return "*" + ending;
      }
      String beginning = sharedBeginning(files);
      List<Path> named =
          alike.stream()
              .filter(file -> String.valueOf(file.getFileName()).startsWith(beginning))
              .toList();
      if (!beginning.isEmpty() && new HashSet<>(named).equals(new HashSet<>(files))) {
        return escaped(Path.of(beginning)) + "*" + ending;
      }
    }
    return files.stream()
        .map(file -> escaped(file.getFileName()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String sharedBeginning(List<Path> files) {
    String shared = String.valueOf(files.get(0).getFileName());
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      int same = 0;
      while (same < Math.min(shared.length(), name.length())
          && shared.charAt(same) == name.charAt(same)) {
        same++;
      }
      shared = shared.substring(0, same);
    }
    return shared;
  }

  private static String escaped(@Nullable Path path) {
    StringBuilder text = new StringBuilder();
    for (char c : String.valueOf(path).replace('\\', '/').toCharArray()) {
      text.append(WILDCARDS.indexOf(c) >= 0 || c == ',' ? "\\" : "").append(c);
    }
    return text.toString();
  }

  private static String skeleton(String name, SourceGuess guess) {
    StringBuilder text = new StringBuilder();
    text.append("pipeline: ").append(YamlText.of(name)).append('\n');
    text.append("contract: ").append(YamlText.of(contractName(name))).append('\n');
    text.append("source:\n  server: files\n");
    guess.options().keySet().forEach(line -> text.append("  ").append(line).append('\n'));
    return text.append("silver:\n  write: append\n").toString();
  }

  private static PipelineDefinition definition(
      String name, String contract, String pipeline, Path folder) {
    Path at = folder.toAbsolutePath().normalize();
    return PipelineDefinition.of(
        PipelineFile.parse(name + ".pipeline.yaml", pipeline, at),
        DataContract.parse(contractName(name), contract));
  }

  /** What rows tell that single values do not: what is always there, and ranges. */
  private static void describe(List<ColumnDraft> columns, RowProfile rows) {
    List<String> key = PipelineText.dimensionKey(rows);
    for (int i = 0; i < columns.size(); i++) {
      ColumnDraft draft = columns.get(i);
      RowProfile.Column column = rows.column(i);
      if (column.least() != null) {
        draft.evidence.add(column.least() + " to " + column.greatest());
      }
      if (column.nulls() > 0) {
        draft.required = false;
        draft.evidence.add(
            String.format(Locale.ROOT, "null in %,d of %,d records", column.nulls(), rows.rows()));
      } else if (rows.rows() >= ENOUGH) {
        draft.required = true;
      } else if (key.contains(draft.name)) {
        draft.required = true;
        draft.evidence.add("required as the key of the dimension that the pipeline file proposes");
      }
    }
    Field time = PipelineText.eventTime(rows);
    ColumnDraft column = time == null ? null : columns.get(rows.schema().indexOf(time.name()));
    if (column != null && !column.required) {
      column.required = true;
      column.evidence.add("required, because the pipeline file has it as eventTime");
    }
  }

  private static List<String> decisions(SourceGuess guess) {
    return Stream.concat(
            guess.decisions().stream(),
            guess.columns().stream()
                .filter(column -> column.undecided || !column.choices.isEmpty())
                .map(column -> column.name + ": " + column.evidence.get(0) + "."))
        .toList();
  }
}
