package io.penstock.loop;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The rounds of this process: they begin when the application starts, and its stop cancels them and waits for detached work. */
final class LoopRounds implements Rounds, SmartLifecycle {

    /** Below the web server's phases: rounds run before the first request and until the last one is answered. */
    static final int PHASE = DEFAULT_PHASE - 4096;

    private static final Logger LOG = LoggerFactory.getLogger(LoopRounds.class);
    private static final double JITTER = 0.1;

    private final MeterRegistry meters;
    private final Scheduler scheduler;
    private final Duration patience;
    private final Queue<Mono<Void>> notStarted = new ConcurrentLinkedQueue<>();
    private final Map<Mono<?>, String> detached = new ConcurrentHashMap<>();
    private Disposable.Composite repeating = Disposables.composite();
    private volatile boolean running;
    private volatile boolean stopping;

    LoopRounds(MeterRegistry meters, Scheduler scheduler, Duration patience) {
        this.meters = meters;
        this.scheduler = scheduler;
        this.patience = patience;
    }

    @Override
    public void repeat(String name, Duration pause, Mono<Void> round) {
        Mono<Void> endless = measured(name, round)
                .doOnError(failure -> Mishaps.log(LOG, name, failure))
                .onErrorResume(failure -> Mono.empty())
                .then(Mono.defer(() -> Mono.delay(jittered(pause), scheduler)))
                .repeat()
                .then();
        notStarted.add(endless.subscribeOn(scheduler));
        startWaiting();
    }

    /** Its failures are its caller's to tell: logged here is nothing. */
    @Override
    public <T> Mono<T> detach(String name, Mono<T> work) {
        Mono<T> result = measured(name, work).subscribeOn(scheduler).cache();
        detached.put(result, name);
        var _ = result.doFinally(end -> detached.remove(result)).subscribe(value -> {}, failure -> {});
        return result;
    }

    @Override
    public synchronized void start() {
        repeating = Disposables.composite();
        running = true;
        stopping = false;
        startWaiting();
    }

    private synchronized void startWaiting() {
        while (running) {
            Mono<Void> round = notStarted.poll();
            if (round == null) {
                return;
            }
            repeating.add(round.subscribe());
        }
    }

    @Override
    public void stop(Runnable stopped) {
        stop();
        var _ = Mono.defer(() -> Mono.whenDelayError(Set.copyOf(detached.keySet())))
                .onErrorComplete()
                .repeat(() -> !detached.isEmpty())
                .then()
                .timeout(patience, scheduler)
                .doOnError(late -> LOG.warn("Stopped without waiting any longer for {}", detached.values()))
                .onErrorComplete()
                .doFinally(end -> stopped.run())
                .subscribe();
    }

    @Override
    public synchronized void stop() {
        running = false;
        stopping = true;
        repeating.dispose();
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private <T> Mono<T> measured(String name, Mono<T> work) {
        return Mono.defer(() -> {
            Timer.Sample sample = Timer.start(meters);
            return work.doOnSuccess(value -> count(name, sample, "success"))
                    .doOnCancel(() -> count(name, sample, "cancelled"))
                    .doOnError(failure -> count(name, sample, "failure"));
        });
    }

    private void count(String name, Timer.Sample sample, String outcome) {
        meters.counter("penstock.rounds", "name", name, "outcome", outcome).increment();
        sample.stop(meters.timer("penstock.rounds.duration", "name", name));
    }

    private static Duration jittered(Duration pause) {
        return pause.plusNanos(
                (long) (pause.toNanos() * JITTER * ThreadLocalRandom.current().nextDouble()));
    }
}
