package io.penstock.account.token.quota;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What one asking for calls came to. */
sealed interface Block {

    /** Nothing yet. */
    Block NONE = new Granted(List.of(), Instant.MIN, 0);

    /** Calls of these windows, taken from the quota, to be handed out here before the first of them ends. */
    final class Granted implements Block {

        private static final int LEAST_AHEAD = 8;

        private final List<Window> windows;
        private final Instant ends;
        private final int size;
        private final AtomicInteger left;

        Granted(List<Window> windows, Instant ends, int size) {
            this.windows = List.copyOf(windows);
            this.ends = ends;
            this.size = size;
            this.left = new AtomicInteger(size);
        }

        static Granted of(List<Window> windows, int size) {
            var ends = windows.stream().map(Window::ends).min(Comparator.naturalOrder());
            return new Granted(windows, ends.orElseThrow(), size);
        }

        /** Whether there was one. */
        boolean take(Instant now) {
            return now.isBefore(ends) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }

        /** Takes all that is left of it, if it can still be used. */
        int drain(Instant now) {
            return now.isBefore(ends) ? left.getAndSet(0) : 0;
        }

        /** This block with what is left of the one before it, where both are of the same windows. */
        Granted with(Block before, Instant now) {
            if (before instanceof Granted granted && granted.windows.equals(windows)) {
                left.addAndGet(granted.drain(now));
            }
            return this;
        }

        /** Whether the next should be fetched before it is empty. A small one is not: what is fetched ahead may be missed elsewhere. */
        boolean runsLow() {
            return size >= LEAST_AHEAD && left.get() <= size / 4;
        }

        boolean holdsAny(Instant now) {
            return now.isBefore(ends) && left.get() > 0;
        }

        List<Window> windows() {
            return windows;
        }
    }

    /**
     * None are left.
     *
     * @param window the one that ends last of those in which none are left
     * @param until when to ask again, because another replica may have given some back
     */
    record Spent(Window window, Instant until) implements Block {

        Refusal refusal(Instant now) {
            var ends = window.ends();
            return new Refusal(new Reason.TooMany(
                    "The quota of this token, " + window.quota() + " calls per "
                            + window.kind().text() + ", is spent: the next "
                            + window.kind().text() + " begins at " + ends,
                    Duration.between(now, ends).plusSeconds(1)));
        }
    }
}
