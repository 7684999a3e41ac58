package io.penstock.ingress;

import io.netty.channel.EventLoop;
import java.util.function.BooleanSupplier;

/** A gateway that can carry out whatever comes. */
public final class Calm {

    public static final Pressures PRESSURES = always(() -> null);

    private Calm() {}

    /** The same pressure on all loops. */
    static Pressures always(Pressure pressure) {
        return new Pressures() {

            @Override
            public Pressure of(EventLoop loop) {
                return pressure;
            }

            @Override
            public Turns turns(EventLoop loop) {
                return new Turns() {

                    @Override
                    public boolean begins() {
                        return true;
                    }

                    @Override
                    public void later(BooleanSupplier begin) {
                        throw new IllegalStateException("All begin at once");
                    }
                };
            }

            @Override
            public Pressure everywhere() {
                return pressure;
            }
        };
    }
}
