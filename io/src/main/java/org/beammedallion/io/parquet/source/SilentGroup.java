package org.beammedallion.io.parquet.source;

import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * The library needs a receiver of values; ours ignores them, because values are fetched directly.
 */
final class SilentGroup extends GroupConverter {

  private final GroupType type;

  SilentGroup(GroupType type) {
    this.type = type;
  }

  @Override
  public Converter getConverter(int index) {
    Type child = type.getType(index);
    return child.isPrimitive() ? new SilentValue() : new SilentGroup(child.asGroupType());
  }

  @Override
  public void start() {}

  @Override
  public void end() {}

  private static final class SilentValue extends PrimitiveConverter {

    @Override
    public void addBinary(Binary value) {}

    @Override
    public void addBoolean(boolean value) {}

    @Override
    public void addDouble(double value) {}

    @Override
    public void addFloat(float value) {}

    @Override
    public void addInt(int value) {}

    @Override
    public void addLong(long value) {}
  }
}
