package io.penstock.api;

import io.penstock.access.Gate;
import io.penstock.api.input.Ids;
import io.penstock.audit.call.CallBook;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.audit.call.CallBook.Recorded;
import io.penstock.audit.call.CallKey;
import io.penstock.caller.Acquaintance;
import io.penstock.caller.Caller;
import io.penstock.caller.Claims;
import io.penstock.caller.Directory;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Refusal;
import io.penstock.wire.Request;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Decides recorded calls once more, by what the surrounding transaction has written and by what is in force. */
@Component
final class PolicyTrials {

    private final CallBook book;
    private final Gate gate;
    private final Directory directory;
    private final Catalog catalog;

    PolicyTrials(CallBook book, Gate gate, Directory directory, Catalog catalog) {
        this.book = book;
        this.gate = gate;
        this.directory = directory;
        this.catalog = catalog;
    }

    /**
     * What a change would come to.
     *
     * @param tried how many different calls were decided again
     * @param calls how many calls these were
     * @param changes those that would be decided otherwise, the latest first
     */
    record Report(boolean dryRun, int tried, long calls, List<Change> changes) {}

    /**
     * A call that would be decided otherwise.
     *
     * @param calls how often it is on record
     */
    record Change(
            String userEmail,
            String source,
            String targetKind,
            @Nullable String target,
            String method,
            @Nullable String name,
            long calls,
            Instant lastAt,
            Verdict before,
            Verdict after) {}

    /**
     * A decision.
     *
     * @param detail where the call goes, or what it is refused with
     */
    record Verdict(boolean allowed, String detail) {}

    /** Calls that are decided alike: by the same words of the same user's credential, about the same thing. */
    private record Alike(
            String user, String source, String claims, String targetKind, String target, String method, String name) {

        static Alike of(Recorded row) {
            return new Alike(
                    row.user(), row.source(), row.claims(), row.targetKind(), row.target(), row.method(), row.name());
        }
    }

    /** Those of a kind. */
    private record Some(Alike kind, long calls, Instant last) {

        Some and(Some others) {
            return new Some(kind, calls + others.calls, last.isAfter(others.last) ? last : others.last);
        }
    }

    /** What a call is decided by. */
    private record Policy(Acquaintance users, Snapshot registered) {}

    /**
     * What would be decided otherwise of the latest records. Never empty. Error: that of the database.
     *
     * @param latest how many records are looked at
     */
    Mono<Report> report(Request by, int latest) {
        return Mono.zip(
                        directory.read(),
                        catalog.read(),
                        book.list(Query.ALL, latest).collectList())
                .flatMap(read -> {
                    var kinds = kinds(read.getT3());
                    var inForce = new Policy(directory, catalog.snapshot());
                    var written = new Policy(read.getT1(), read.getT2());
                    return Flux.fromIterable(kinds)
                            .concatMap(some -> change(by, some, inForce, written))
                            .collectList()
                            .map(changes -> new Report(
                                    true,
                                    kinds.size(),
                                    kinds.stream().mapToLong(Some::calls).sum(),
                                    changes));
                });
    }

    private static Collection<Some> kinds(List<Recorded> rows) {
        Map<Alike, Some> kinds = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> !row.targetKind().equals(CallKey.REST) && target(row.targetKind(), row.target()) != null)
                .map(row -> new Some(Alike.of(row), row.calls(), row.last()))
                .forEach(some -> kinds.merge(some.kind(), some, Some::and));
        return kinds.values();
    }

    private Mono<Change> change(Request by, Some some, Policy inForce, Policy written) {
        var kind = some.kind();
        var target = target(kind.targetKind(), kind.target());
        if (target == null) {
            return Mono.empty();
        }
        var arrival = Asked.call(by, target, kind.method(), orNull(kind.name()));
        var caller = Claims.read(kind.claims())
                .caller(kind.user(), Caller.Source.valueOf(kind.source().toUpperCase(Locale.ROOT)));
        return Mono.zip(verdict(caller, arrival, inForce), verdict(caller, arrival, written))
                .filter(verdicts ->
                        verdicts.getT1().allowed() != verdicts.getT2().allowed())
                .map(verdicts -> new Change(
                        kind.user(),
                        kind.source(),
                        kind.targetKind(),
                        orNull(kind.target()),
                        kind.method(),
                        orNull(kind.name()),
                        some.calls(),
                        some.last(),
                        verdicts.getT1(),
                        verdicts.getT2()));
    }

    private Mono<Verdict> verdict(Caller recognised, Arrival arrival, Policy policy) {
        return policy.users()
                .complete(recognised)
                .flatMap(caller -> gate.explain(caller, arrival, policy.registered()))
                .map(explanation -> new Verdict(explanation.allowed(), explanation.outcome()))
                .onErrorResume(
                        Refusal.class,
                        refusal -> Mono.just(new Verdict(
                                false, String.valueOf(refusal.reason().detail()))));
    }

    /** Null for what no call goes to. */
    private static @Nullable Target target(String kind, String name) {
        UUID id = Ids.find(name);
        return switch (kind) {
            case "gateway" -> id == null ? null : new Target.GatewayTarget(id);
            case "server" -> id == null ? new Target.NamedTarget(name) : new Target.ServerTarget(id);
            case "all" -> new Target.AllTarget();
            default -> null;
        };
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
