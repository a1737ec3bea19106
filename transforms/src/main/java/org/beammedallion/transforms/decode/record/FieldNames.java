package org.beammedallion.transforms.decode.record;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the names that a file has is meant by a name of the contract: the same one, or else the
 * only one that differs by case alone, if no other name of the contract may mean it.
 */
public final class FieldNames {

  public static final int ABSENT = -1;

  /** More than one name of the file differs by case alone. */
  public static final int AMBIGUOUS = -2;

  private static final int SHOWN = 8;

  private FieldNames() {}

  /**
   * For each wanted name the index of the present one, or {@link #ABSENT} or {@link #AMBIGUOUS}.
   */
  public static int[] match(List<String> wanted, List<String> present) {
    int[] found = new int[wanted.size()];
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < found.length; i++) {
      found[i] = present.indexOf(wanted.get(i));
      taken.add(found[i]);
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] == ABSENT) {
        found[i] = byCaseAlone(wanted, i, present, taken);
      }
    }
    return found;
  }

  /**
   * What to say of a file that lacks columns of the contract and has others: one of these may be
   * meant. Null where a side is empty.
   *
   * @param absent names of the contract, none of them required
   * @param unknown names of the file
   */
  public static @Nullable String strangers(List<String> absent, List<String> unknown) {
    // Names that differ by case alone are told of where they are matched.
    List<String> wanted =
        absent.stream()
            .filter(name -> unknown.stream().noneMatch(each -> isAlike(each, name)))
            .toList();
    List<String> others =
        unknown.stream()
            .filter(name -> absent.stream().noneMatch(each -> isAlike(each, name)))
            .toList();
    return wanted.isEmpty() || others.isEmpty() ? null : sentence(wanted, others);
  }

  private static String sentence(List<String> absent, List<String> unknown) {
    return "has no "
        + (absent.size() == 1 ? "column " : "columns ")
        + quoted(absent)
        + " of the contract, "
        + (absent.size() == 1 ? "which is" : "which are")
        + " null in its rows, and has "
        + quoted(unknown)
        + ", which the contract does not know. If one is meant by another name, let the source write the contract's"
        + " name, and read the file again with --takeAgain.";
  }

  /** Names in a message, each in quotes; of many the first ones. */
  public static String quoted(List<String> names) {
    String list =
        names.stream()
            .limit(SHOWN)
            .map(name -> "'" + Excerpt.of(name) + "'")
            .collect(Collectors.joining(", "));
    return names.size() > SHOWN ? list + " and " + (names.size() - SHOWN) + " more" : list;
  }

  private static int byCaseAlone(
      List<String> wanted, int which, List<String> present, Set<Integer> taken) {
    List<Integer> alike = new ArrayList<>();
    for (int i = 0; i < present.size(); i++) {
      if (!taken.contains(i) && isAlike(wanted.get(which), present.get(i))) {
        alike.add(i);
      }
    }
    boolean rivals = false;
    for (int i = 0; i < wanted.size(); i++) {
      rivals |=
          i != which
              && !present.contains(wanted.get(i))
              && isAlike(wanted.get(which), wanted.get(i));
    }
    if (alike.isEmpty()) {
      return ABSENT;
    }
    return alike.size() == 1 && !rivals ? alike.get(0) : AMBIGUOUS;
  }

  /** Whether they are the same but for their case. */
  public static boolean isAlike(String one, String other) {
    return one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
  }
}
