package org.beammedallion.pipelines.engine;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.beam.runners.spark.util.ByteArray;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;

/**
 * Spark's serializer for what Beam shuffles, which is bytes that Beam's coders have made already.
 * They are written as they are, behind a byte that tells their kind and their length as four bytes;
 * Java's serialization, which takes everything else, would pass them on, and read them from the
 * disk, by the kilobyte.
 */
public final class BytesSerializer extends Serializer implements Serializable {

  private static final long serialVersionUID = 1;
  private static final int JAVA = 0;
  private static final int BYTES = 1;
  private static final int BEAM_BYTES = 2;

  /** Larger than what is read at once besides the blocks themselves. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final JavaSerializer java;

  /** Made by Spark. */
  public BytesSerializer(SparkConf conf) {
    java = new JavaSerializer(conf);
  }

  @Override
  public Serializer setDefaultClassLoader(ClassLoader loader) {
    java.setDefaultClassLoader(loader);
    return super.setDefaultClassLoader(loader);
  }

  @Override
  public SerializerInstance newInstance() {
    return new Instance(java.newInstance());
  }

  private static final class Instance extends SerializerInstance {
    private final SerializerInstance java;

    Instance(SerializerInstance java) {
      this.java = java;
    }

    @Override
    public <T> ByteBuffer serialize(T value, ClassTag<T> type) {
      return java.serialize(value, type);
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> type) {
      return java.deserialize(bytes, type);
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> type) {
      return java.deserialize(bytes, loader, type);
    }

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      return new Output(new DataOutputStream(out), java);
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return new Input(new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES)), java);
    }
  }

  private static final class Output extends SerializationStream {
    private final DataOutputStream out;
    private final SerializerInstance java;

    Output(DataOutputStream out, SerializerInstance java) {
      this.out = out;
      this.java = java;
    }

    @Override
    public <T> SerializationStream writeObject(T value, ClassTag<T> type) {
      try {
        if (value instanceof byte[] bytes) {
          write(BYTES, bytes, 0, bytes.length);
        } else if (value instanceof ByteArray array) {
          write(BEAM_BYTES, array.getValue(), 0, array.getValue().length);
        } else {
          ByteBuffer bytes = java.serialize(value, type);
          write(JAVA, bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        }
        return this;
      } catch (IOException e) {
        throw asItIs(e);
      }
    }

    private void write(int kind, byte[] bytes, int offset, int length) throws IOException {
      out.writeByte(kind);
      out.writeInt(length);
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      try {
        out.flush();
      } catch (IOException e) {
        throw asItIs(e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw asItIs(e);
      }
    }
  }

  private static final class Input extends DeserializationStream {
    private final DataInputStream in;
    private final SerializerInstance java;

    Input(DataInputStream in, SerializerInstance java) {
      this.in = in;
      this.java = java;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Spark's own
    public <T> T readObject(ClassTag<T> type) {
      try {
        int kind = in.readByte();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return switch (kind) {
          case BYTES -> (T) bytes;
          case BEAM_BYTES -> (T) new ByteArray(bytes);
          case JAVA -> java.deserialize(ByteBuffer.wrap(bytes), type);
          default ->
              throw new IllegalStateException("A shuffled block starts with the kind " + kind);
        };
      } catch (IOException e) {
        throw asItIs(e);
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw asItIs(e);
      }
    }
  }

  /** Spark's methods declare no exceptions, but throw them; the end of a stream is told by one. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E asItIs(IOException e) throws E {
    throw (E) e;
  }
}
