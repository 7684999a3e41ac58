package io.penstock.relay.elsewhere;

import io.penstock.store.Switchboard;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The requests that this replica has handed over. */
final class Askings {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{16}");
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Switchboard switchboard;
    private final Object order;
    private final ElsewhereSettings settings;
    private final Signs signs;
    private final Scheduler timer;
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Asking> open = new ConcurrentHashMap<>();

    Askings(Switchboard switchboard, Object order, ElsewhereSettings settings, Signs signs, Scheduler timer) {
        this.switchboard = switchboard;
        this.order = order;
        this.settings = settings;
        this.signs = signs;
        this.timer = timer;
    }

    Collection<Asking> open() {
        return open.values();
    }

    Mono<Reply> hand(String replica, Request request, byte[] body) {
        if (!NAME.matcher(replica).matches()) {
            return Mono.error(gone());
        }
        return Mono.defer(() -> {
            var replied = new AtomicBoolean();
            var asking = begin(replica);
            return arrived(asking, request, body)
                    .then(asking.reply())
                    .doOnNext(reply -> replied.set(true))
                    .doOnError(error -> asking.cancel())
                    .doOnCancel(() -> {
                        if (!replied.get()) {
                            asking.cancel();
                        }
                    });
        });
    }

    private Asking begin(String replica) {
        var line = new Line(switchboard, order, replica, random.nextLong());
        var asking =
                new Asking(line, settings, ended -> open.remove(ended.line().id(), ended));
        open.put(line.id(), asking);
        return asking;
    }

    private Mono<Void> arrived(Asking asking, Request request, byte[] body) {
        long losses = switchboard.losses();
        long asked = signs.now();
        return asking.line()
                .say(new Frame.Asked(request, body))
                .onErrorMap(unsent -> away())
                .then(asking.accepted()
                        .timeout(settings.answerTimeout(), Mono.defer(() -> late(asking, losses, asked)), timer));
    }

    /** A replica that says other things meanwhile is there, and has much to say: it gets more time. */
    private Mono<Void> late(Asking asking, long losses, long asked) {
        if (signs.since(asking.line().peer(), asked)) {
            return asking.accepted().timeout(settings.silence(), Mono.error(busy()), timer);
        }
        return Mono.error(switchboard.losses() == losses ? gone() : away());
    }

    private static Refusal busy() {
        return failed("The replica that holds this session has too much in hand; whether it did the work is not known");
    }

    private static Refusal gone() {
        return new Refusal(
                new Reason.SessionEnded("The replica that held this session is gone; start a new one with initialize"));
    }

    private static Refusal away() {
        return new Refusal(new Reason.Unavailable(
                "The replica that holds this session cannot be reached while the database is away", SOON));
    }

    void hear(Letter letter, Frame.ToAsker frame) {
        Asking asking = open.get(letter.conversation());
        if (asking == null || !asking.line().peer().equals(letter.from())) {
            return; // given up before
        }
        if (asking.line().follows(letter.number())) {
            asking.hear(frame);
        } else {
            asking.lose(lost());
        }
    }

    /**
     * Compares with what the other side says is open.
     *
     * @param said how many frames the other side has sent in each conversation
     */
    void compare(String replica, Map<Long, Integer> said) {
        for (Asking asking : open.values()) {
            if (asking.known() && asking.line().peer().equals(replica)) {
                Integer count = said.get(asking.line().id());
                if (count == null || !asking.line().heardAll(count)) {
                    asking.lose(lost());
                }
            }
        }
    }

    /** Nothing was heard of the other side for too long. */
    void silent(String replica) {
        open.values().stream()
                .filter(asking -> asking.line().peer().equals(replica))
                .forEach(asking -> asking.fail(
                        failed("The replica that held this call is gone; whether it did the work" + " is not known")));
    }

    private static Refusal lost() {
        return failed("A part of the answer was lost between two replicas; whether the work was done is not known");
    }

    private static Refusal failed(String detail) {
        return new Refusal(new Reason.UpstreamFailed(detail, null));
    }
}
