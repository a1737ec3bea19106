package org.beammedallion.transforms.decode.record;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which of the names that a file has is meant by a name of the contract: the same one, or else the
 * only one that differs by case alone, if no other name of the contract may mean it.
 */
public final class FieldNames {

  public static final int ABSENT = -1;

  /** More than one name of the file differs by case alone. */
  public static final int AMBIGUOUS = -2;

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

  private static boolean isAlike(String one, String other) {
    return one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
  }
}
