package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The programs of {@code docs/library.md}. */
final class LibraryPage {

  private LibraryPage() {}

  /** Runs one with arguments of its method {@code run}. */
  static void run(Class<?> program, Object... arguments) throws Exception {
    Method run =
        Arrays.stream(program.getDeclaredMethods())
            .filter(method -> method.getName().equals("run"))
            .findFirst()
            .orElseThrow();
    run.setAccessible(true);
    try {
      run.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Dead letters in a folder, one in a line. */
  static String deadLetters(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  /**
   * Compiles one.
   *
   * @param name of its class
   * @param folder of the source, which is empty
   */
  static Class<?> program(String name, Path folder) throws Exception {
    Path root = Path.of(System.getProperty("user.dir")).getParent();
    String page = Files.readString(root.resolve("docs/library.md"));
    Matcher block =
        Pattern.compile("```java\n((?:(?!```).)*?public class " + name + " .*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(name, block.find(), is(true));
    Path source = Files.writeString(folder.resolve(name + ".java"), block.group(1));
    // Where the workers of an embedded runner find it.
    Path classes =
        Path.of(LibraryPage.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
      boolean compiled =
          compiler
              .getTask(errors, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(errors.toString(), compiled, is(true));
    }
    return Class.forName(name);
  }
}
