package org.beammedallion.transforms.decode.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final int MANY = Faults.MOST_FURTHER + 3;

  private final Faults faults = new Faults();
  private final ObjectPlan plan = plan();

  private static ObjectPlan plan() {
    Field[] fields = new Field[MANY];
    for (int i = 0; i < MANY; i++) {
      fields[i] = Field.optional("f" + i, new FieldType.IntegerType(32));
    }
    return ObjectPlan.ofJson(RowLayout.of(RecordSchema.of(fields)));
  }

  private void mismatch(int field) {
    faults.mismatch(Mismatch.OTHER_TYPE, plan.fields[field], "'x'");
  }

  @Test
  void aValueThatDoesNotFitIsGraverThanOneThatIsMissing() {
    faults.missing(plan.fields[0], "it is null");
    mismatch(1);
    mismatch(2);
    assertThat(faults.reason(), is(Reason.TYPE_MISMATCH));
    assertThat(
        faults.detail(),
        is(
            "Field 'f1': expected an integer of 32 bits, found 'x'. Field 'f0' is required, but it is null."
                + " Field 'f2': expected an integer of 32 bits, found 'x'."));
  }

  @Test
  void aFieldIsToldOfOnce() {
    mismatch(1);
    mismatch(1);
    faults.missing(plan.fields[1], "it is null");
    assertThat(faults.detail(), is("Field 'f1': expected an integer of 32 bits, found 'x'."));
  }

  @Test
  void ofTwoFaultsOfAFieldTheGraverIsTold() {
    faults.missing(plan.fields[1], "an element is null");
    faults.missing(plan.fields[2], "it is null");
    mismatch(1);
    assertThat(faults.reason(), is(Reason.TYPE_MISMATCH));
    assertThat(
        faults.detail(),
        is(
            "Field 'f1': expected an integer of 32 bits, found 'x'. Field 'f2' is required, but it is null."));
    faults.note(new Fault(Reason.TYPE_MISMATCH, "Field 'f1': another element."));
    faults.note(new Fault(Reason.TYPE_MISMATCH, "Field 'f3': one."));
    assertThat(faults.detail().split("Field ").length - 1, is(3));
  }

  @Test
  void manyFaultsAreCounted() {
    for (int i = 0; i < MANY; i++) {
      mismatch(i);
    }
    String detail = faults.detail();
    assertThat(
        detail.substring(detail.lastIndexOf("Field 'f")),
        is(
            "Field 'f9': expected an integer of 32 bits, found 'x'. Further fields with a fault: "
                + (MANY - 1 - Faults.MOST_FURTHER)
                + "."));
  }

  @Test
  void ofAChangeThatCannotBeAppliedNoValueIsTold() {
    mismatch(1);
    faults.unsupported("No place.");
    mismatch(2);
    assertThat(faults.reason(), is(Reason.UNSUPPORTED_CHANGE));
    assertThat(faults.detail(), is("No place."));
  }

  @Test
  void theNextRecordBeginsWithoutAny() {
    mismatch(1);
    mismatch(2);
    faults.clear();
    assertThat(faults.reason(), is(nullValue()));
    mismatch(1);
    assertThat(faults.detail(), is("Field 'f1': expected an integer of 32 bits, found 'x'."));
  }
}
