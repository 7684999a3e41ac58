package io.penstock.loop;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What has to be done before the gateway begins to listen: the one place that waits, on the thread that starts the application. */
public final class Beforehand {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Beforehand() {}

    /**
     * Waits for the work; at most 30 seconds. Null where it is empty.
     *
     * @param failure what to say where it fails or takes too long, a sentence without its end
     * @throws IllegalStateException that begins with that
     */
    public static <T> @Nullable T await(Mono<T> work, String failure) {
        try {
            return work.toFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failure + ": " + failed.getCause(), failed);
        } catch (TimeoutException late) {
            throw new IllegalStateException(failure + " within " + PATIENCE, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failure + ": stopped", interrupted);
        }
    }
}
