package org.beammedallion.quality.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of a contract: whole numbers with dots between them, the most significant first, such
 * as {@code 2.1.0} or {@code v2}. The part after a {@code -} or {@code +} is not compared.
 */
public record ContractVersion(String text, List<Long> numbers)
    implements Comparable<ContractVersion> {

  private static final Pattern FORM =
      Pattern.compile("[vV]?(\\d{1,18}(?:\\.\\d{1,18})*)(?:[-+].*)?");

  public ContractVersion {
    numbers = List.copyOf(numbers);
  }

  /**
   * The version, or null where the text has another form, so that two versions cannot be compared.
   */
  public static @Nullable ContractVersion parse(String text) {
    var matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return null;
    }
    List<Long> numbers = new ArrayList<>();
    for (String number : matcher.group(1).split("\\.", -1)) {
      numbers.add(Long.valueOf(number));
    }
    return new ContractVersion(text, numbers);
  }

  /** The first number: readers of the data must look up when it rises. */
  public long major() {
    return numbers.get(0);
  }

  @Override
  public int compareTo(ContractVersion other) {
    for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
      long mine = i < numbers.size() ? numbers.get(i) : 0;
      long theirs = i < other.numbers.size() ? other.numbers.get(i) : 0;
      if (mine != theirs) {
        return Long.compare(mine, theirs);
      }
    }
    return 0;
  }
}
