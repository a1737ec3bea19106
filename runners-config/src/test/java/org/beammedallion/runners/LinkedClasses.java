package org.beammedallion.runners;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The classes of a class path, as a virtual machine would find and link them. */
final class LinkedClasses {

  private static final int FIELD = 9;
  private static final int INTERFACE_METHOD = 11;

  private final Map<String, Found> classes = new HashMap<>();
  private final Map<String, Optional<Members>> members = new HashMap<>();

  /** Libraries of which a jar has classes that another one before it has, too. */
  private final Set<String> shadowed = new HashSet<>();

  private record Found(Path jar, JarFile file, JarEntry entry) {}

  private record Members(List<String> parents, Set<String> own) {}

  /**
   * What does not link.
   *
   * @param unresolved methods and fields that a class names and another one does not have
   * @param missing classes of which one names a member, and that are not on the class path
   */
  record Findings(Set<String> unresolved, Set<String> missing) {}

  /** Appends the classes of a jar whose names are wanted; of two of one name the first counts. */
  void add(Path jar, Predicate<String> wanted) throws IOException {
    JarFile file = new JarFile(jar.toFile(), false, JarFile.OPEN_READ, Runtime.version());
    file.versionedStream()
        .filter(entry -> isClass(entry.getName()))
        .forEach(
            entry -> {
              String name = nameOf(entry);
              if (wanted.test(name)
                  && classes.putIfAbsent(name, new Found(jar, file, entry)) != null) {
                shadowed.add(libraryOf(name));
              }
            });
  }

  void addAll(List<Path> jars, Predicate<String> wanted) throws IOException {
    for (Path jar : jars) {
      add(jar, wanted);
    }
  }

  private static boolean isClass(String entry) {
    return entry.endsWith(".class") && !entry.startsWith("META-INF/") && !entry.contains("-info.");
  }

  private static String nameOf(JarEntry entry) {
    return entry.getName().substring(0, entry.getName().length() - ".class".length());
  }

  /** Links the classes of one jar, but for those that another jar has, too, and is before it. */
  Findings check(Path jar) throws IOException {
    Findings findings = new Findings(new TreeSet<>(), new TreeSet<>());
    for (Map.Entry<String, Found> each : classes.entrySet()) {
      if (each.getValue().jar().equals(jar)) {
        check(each.getKey(), new ClassReader(bytes(each.getValue())), findings);
      }
    }
    return findings;
  }

  private void check(String from, ClassReader reader, Findings findings) {
    char[] buffer = new char[reader.getMaxStringLength()];
    for (int i = 1; i < reader.getItemCount(); i++) {
      int item = reader.getItem(i);
      int tag = item == 0 ? 0 : reader.readByte(item - 1);
      if (tag < FIELD || tag > INTERFACE_METHOD) {
        continue;
      }
      String owner = reader.readClass(item, buffer);
      int nameAndType = reader.getItem(reader.readUnsignedShort(item + 2));
      String member =
          reader.readUTF8(nameAndType, buffer)
              + (tag == FIELD ? ":" : "")
              + reader.readUTF8(nameAndType + 2, buffer);
      if (owner.startsWith("[") || isLeftover(from, owner)) {
        continue;
      }
      Set<String> absent = new HashSet<>();
      if (!has(owner, member, absent)) {
        if (absent.isEmpty()) {
          findings.unresolved().add(from + " > " + owner + "." + member);
        } else {
          absent.forEach(name -> findings.missing().add(from + " > " + name));
        }
      }
    }
  }

  /**
   * Whether a class of ours is what is left of a library whose other classes come from another jar
   * that is before it: only the library itself would call it, and that one does not.
   */
  private boolean isLeftover(String from, String owner) {
    return shadowed.contains(libraryOf(from)) && libraryOf(from).equals(libraryOf(owner));
  }

  private static String libraryOf(String name) {
    String[] parts = name.split("/");
    int depth = name.startsWith("org/apache/commons/") || name.startsWith("com/") ? 4 : 3;
    return String.join("/", Arrays.copyOf(parts, Math.min(parts.length - 1, depth)));
  }

  /**
   * @param absent gets the classes that would have to be looked into, and are not there
   */
  private boolean has(String owner, String member, Set<String> absent) {
    Members found = membersOf(owner).orElse(null);
    if (found == null) {
      absent.add(owner);
      return false;
    }
    // Methods of these take whatever they are given.
    if (found.own().contains(member)
        || owner.equals("java/lang/invoke/MethodHandle")
        || owner.equals("java/lang/invoke/VarHandle")) {
      return true;
    }
    for (String parent : found.parents()) {
      if (has(parent, member, absent)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Members> membersOf(String name) {
    return members.computeIfAbsent(
        name,
        key -> {
          try {
            byte[] bytes = bytes(key);
            return bytes == null ? Optional.empty() : Optional.of(read(new ClassReader(bytes)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private byte @Nullable [] bytes(String name) throws IOException {
    Found found = classes.get(name);
    if (found != null) {
      return bytes(found);
    }
    try (InputStream in =
        ClassLoader.getPlatformClassLoader().getResourceAsStream(name + ".class")) {
      return in == null ? null : in.readAllBytes();
    }
  }

  private static byte[] bytes(Found found) throws IOException {
    try (InputStream in = found.file().getInputStream(found.entry())) {
      return in.readAllBytes();
    }
  }

  private static Members read(ClassReader reader) {
    List<String> parents = new ArrayList<>();
    if (reader.getSuperName() != null) {
      parents.add(reader.getSuperName());
    }
    parents.addAll(List.of(reader.getInterfaces()));
    Set<String> own = new HashSet<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            own.add(name + descriptor);
            return null;
          }

          @Override
          public @Nullable FieldVisitor visitField(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              @Nullable Object value) {
            own.add(name + ":" + descriptor);
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new Members(parents, own);
  }
}
