package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code medallion} that the build writes beside the packed jar. */
class LauncherTest {
  private static final Path JAR = Path.of(System.getProperty("medallion.jar")).toAbsolutePath();
  private static final Path LAUNCHER = JAR.resolveSibling("bin").resolve("medallion").normalize();
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir Path temporary;
  private Path folder;

  private record Finished(int code, String output, String errors) {}

  @BeforeEach
  void makeAFolderWithBlanks() throws IOException {
    folder = Files.createDirectory(temporary.resolve("a folder"));
  }

  private Finished run(Map<String, String> environment, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path output = temporary.resolve("output");
    Path errors = temporary.resolve("errors");
    int code =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start().waitFor();
    return new Finished(code, Files.readString(output), Files.readString(errors));
  }

  private Finished run(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    return run(Map.of("JAVA_HOME", JAVA_HOME, "PATH", TOOLS), launcher, arguments);
  }

  /** A folder with a launcher and the jar, both as in the build's own, at a path with blanks. */
  private Path copied() throws IOException {
    Files.createSymbolicLink(folder.resolve("medallion.jar"), JAR);
    Files.createSymbolicLink(folder.resolve("engines"), JAR.resolveSibling("engines"));
    Path bin = Files.createDirectory(folder.resolve("bin"));
    return Files.copy(LAUNCHER, bin.resolve("medallion"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static Path script(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void runsTheJarBesideIt() throws Exception {
    Finished version = run(LAUNCHER, "--version");
    assertThat(version.errors(), is(emptyString()));
    assertThat(version.output(), containsString("0.1.0"));
    assertThat(version.code(), is(0));
  }

  @Test
  void endsWithTheCodeOfTheCommandAndPassesArgumentsAsTheyAre() throws Exception {
    Files.writeString(folder.resolve("wrong file.pipeline.yaml"), "pipeline: orders\n");
    Finished wrong = run(copied(), "validate", "wrong file.pipeline.yaml");
    assertThat(wrong.errors(), containsString("a pipeline file needs 'contract'"));
    assertThat(wrong.code(), is(3));
    assertThat(run(LAUNCHER, "validate", "--no such option").code(), is(2));
  }

  @Test
  void findsTheJarThroughLinks() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home of me/bin"));
    Path first = Files.createSymbolicLink(folder.resolve("first"), LAUNCHER);
    Path second = Files.createSymbolicLink(home.resolve("medallion"), Path.of("../../first"));
    assertThat(run(first, "--version").output(), containsString("0.1.0"));
    assertThat(run(second, "--version").output(), containsString("0.1.0"));
    // As a shell finds it.
    Map<String, String> environment = Map.of("PATH", home + ":" + TOOLS, "JAVA_HOME", JAVA_HOME);
    Finished found = run(environment, Path.of("/bin/sh"), "-c", "medallion --version");
    assertThat(found.errors(), found.output(), containsString("0.1.0"));
  }

  @Test
  void passesOptionsOfJava() throws Exception {
    Finished run =
        run(
            Map.of("JAVA_HOME", JAVA_HOME, "PATH", TOOLS, "JAVA_OPTS", "-Xmx1g -showversion"),
            LAUNCHER,
            "--version");
    assertThat(run.errors(), containsString("version \""));
    assertThat(run.code(), is(0));
  }

  @Test
  void takesJavaFromThePathWhereNoHomeIsSet() throws Exception {
    Map<String, String> environment = Map.of("PATH", Path.of(JAVA_HOME, "bin") + ":" + TOOLS);
    assertThat(run(environment, LAUNCHER, "--version").output(), containsString("0.1.0"));
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "sed", "head")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    Finished none = run(Map.of("PATH", tools.toString()), LAUNCHER, "--version");
    assertThat(none.errors(), startsWith("medallion: There is no 'java' in PATH."));
    assertThat(none.code(), is(1));
    Finished home =
        run(Map.of("PATH", TOOLS, "JAVA_HOME", folder.toString()), LAUNCHER, "--version");
    assertThat(
        home.errors(), startsWith("medallion: There is no '" + folder.resolve("bin/java") + "'"));
    assertThat(home.code(), is(1));
  }

  @Test
  void saysThatJavaIsTooOld() throws Exception {
    for (String version : List.of("1.8.0_402", "11.0.22")) {
      Path old = folder.resolve("java " + version);
      script(
          old.resolve("bin/java"),
          "#!/bin/sh\necho 'Picked up JAVA_TOOL_OPTIONS: -Dx' >&2\n"
              + "echo 'openjdk version \""
              + version
              + "\" 2024-01-16' >&2\n");
      Finished run = run(Map.of("PATH", TOOLS, "JAVA_HOME", old.toString()), LAUNCHER, "--version");
      assertThat(
          run.errors(), containsString("is Java " + (version.startsWith("1.8") ? 8 : 11) + ","));
      assertThat(run.errors(), containsString("17 or newer is needed"));
      assertThat(run.code(), is(1));
    }
  }

  @Test
  void saysThatThereIsNoJar() throws Exception {
    Path alone = copied();
    Files.delete(folder.resolve("medallion.jar"));
    Finished run = run(alone, "--version");
    assertThat(
        run.errors(),
        startsWith(
            "medallion: There is no '" + folder.toRealPath().resolve("medallion.jar") + "'."));
    assertThat(
        run.errors(),
        containsString(
            "Three things must lie together in one folder: 'bin' (with this launcher), 'medallion.jar' and 'engines'."));
    assertThat(run.code(), is(1));
  }
}
