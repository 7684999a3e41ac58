package io.penstock.caller.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.penstock.ingress.Sender;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a trusted proxy has to show for the user that it names, beside its address. */
interface Proof {

    /** Nothing more is asked for. */
    Proof NONE = new Proof() {
        @Override
        public List<String> headers() {
            return List.of();
        }

        @Override
        public Verdict of(HttpRequest request, Sender sender, Instant now) {
            return new Verdict(true, null);
        }
    };

    /**
     * What the head shows.
     *
     * @param proven whether the proof is there, and right as far as can be told without asking anybody
     * @param assertion what is still to be verified; null for nothing
     */
    record Verdict(boolean proven, @Nullable String assertion) {}

    /** The headers that it is in. */
    List<String> headers();

    /** Looks at the head as it came, and from whom. */
    Verdict of(HttpRequest request, Sender sender, Instant now);
}
