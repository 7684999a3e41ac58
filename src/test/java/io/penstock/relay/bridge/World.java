package io.penstock.relay.bridge;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.access.tenure.SomeTenures;
import io.penstock.caller.Caller;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.credential.Outbound;
import io.penstock.credential.Outbounds;
import io.penstock.credential.Wallet;
import io.penstock.loop.Rounds;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.Replicas;
import io.penstock.relay.breaker.SomeBreakers;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.leg.Legs;
import io.penstock.relay.leg.Party;
import io.penstock.relay.resume.MemoryStreams;
import io.penstock.relay.session.Sealed;
import io.penstock.relay.session.Session;
import io.penstock.wire.Arrival;
import io.penstock.wire.Arrival.Target;
import io.penstock.wire.Envelopes;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.Request;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The bridge with one scripted upstream behind it. */
final class World {

    static final Gateway GATEWAY =
            SampleGateways.at(URI.create("http://localhost:1/mcp"), Transport.STREAMABLEHTTP, "none");

    static final RelaySettings SETTINGS = settings(false);

    final ScriptedLeg leg;
    final List<Party> parties = new CopyOnWriteArrayList<>();
    final Sealed sealed = new Sealed();
    final StatelessFront stateless;
    final SessionsFront sessions;
    final Unconnected unconnected;
    final SaidAgain saidAgain;
    final HeldStates states;

    /** The legs to other upstreams than the one. */
    final Map<Gateway, Leg> others = new HashMap<>();

    /** The keys of the parties whose legs were ended. */
    final List<String> ended = new ArrayList<>();

    /** When upstreams are reached. */
    Mono<Void> reached = Mono.empty();

    /** This replica's name; no other is there. */
    String self = "here";

    /** How often a stream's share of an endpoint was equipped. */
    final AtomicInteger equipped = new AtomicInteger();

    /** When the other replicas have heard what this one told. */
    Mono<Void> heard = Mono.empty();

    /** What this replica told the others. */
    final List<byte[]> notes = new ArrayList<>();

    /** How many calls were sent again. */
    int repeated;

    /** What the catalog knows. */
    Snapshot snapshot = Snapshot.EMPTY;

    /** How the catalog changes. */
    Flux<Snapshot> snapshots = Flux.never();

    /** What virtual servers show while a stream is open: what they showed when it was permitted. */
    Function<Permit, Flux<Showing>> showings = permit ->
            permit.route() instanceof Route.Many many ? Flux.<Showing>never().startWith(many.showing()) : Flux.never();

    /** Where the calls go. */
    Route route = new Route.One(GATEWAY, null);

    /** What the streams of a resumable world wrote down. */
    final List<String> written = new ArrayList<>();

    World(ProtocolVersion upstream) {
        this(upstream, false);
    }

    World(ProtocolVersion upstream, boolean resumable) {
        this.leg = new ScriptedLeg(upstream);
        var legs = late(legs(
                (gateway, party) -> {
                    parties.add(party);
                    return others.getOrDefault(gateway, leg);
                },
                ended::add));
        Rounds rounds = eager();
        Replicas replicas = (Replicas) Proxy.newProxyInstance(
                Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, method, arguments) -> {
                    return switch (method.getName()) {
                        case "self" -> self;
                        case "hand" -> Mono.error(new Refusal(new Reason.SessionEnded("That replica is gone")));
                        case "tellAll" -> Mono.fromRunnable(() -> notes.add((byte[]) arguments[0]));
                        case "heard" -> heard;
                        case "told" -> Flux.never();
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
        var greetings = new Greetings(legs);
        var agreements = new Agreements(sealed.seals());
        var tools = new CalledTools(catalog(() -> snapshot));
        var repeats = new Repeats(tools, permit -> repeated++, SomeBreakers.patient());
        var lone = new LoneLegs(legs, rounds, repeats);
        var changed = new Changed(
                Permits.gate(), new Watches(Permits.gate(), permit -> Mono.just(outbound(permit)), lone, gateways()));
        var pages = new Pages();
        var unrelated = new UnrelatedMessages(
                Permits.gate(permit -> showings.apply(permit)),
                catalog(() -> snapshot, Flux.defer(() -> snapshots)),
                legs,
                lone,
                permit -> {
                    equipped.incrementAndGet();
                    return Mono.just(outbound(permit));
                },
                SomeTenures.endless());
        var questions = new Questions(sealed.seals(), replicas, rounds);
        var notes = new Notes(replicas);
        this.states = new HeldStates(new MemorySessions(), notes, rounds, SETTINGS);
        this.saidAgain = new SaidAgain(states);
        var streams = resumable ? MemoryStreams.into(written, rounds) : MemoryStreams.none(rounds);
        var running = new RunningCalls(notes, rounds);
        var tokens = sealed.tokens(SETTINGS);
        Wallet wallet = permit -> Mono.just(outbound(permit));
        var asking = new HeldQuestions(questions, replicas);
        var calls = new HeldCalls(
                tokens, legs, states, questions, asking, rounds, streams, running, settings(resumable), repeats);
        this.stateless = new StatelessFront(
                lone,
                greetings,
                new Subscriptions(unrelated, changed),
                questions,
                replicas,
                tools,
                agreements,
                new PageVisits(sealed.seals()),
                pages);
        this.sessions = new SessionsFront(
                tokens,
                greetings,
                states,
                calls,
                asking,
                new Announcements(wallet, calls, asking, states, running),
                new EndedSessions(tokens, running, states, legs, notes, rounds),
                new NewestStreams(notes, rounds),
                unrelated,
                changed,
                streams,
                new TaskLists(wallet, calls),
                pages);
        this.unconnected = new Unconnected(agreements, greetings, tokens, sessions);
    }

    /** Legs that are there when upstreams are reached. */
    private Legs late(Legs legs) {
        return new Legs() {
            @Override
            public Mono<Leg> to(Outbound outbound, Party party) {
                return Mono.defer(() -> reached).then(legs.to(outbound, party));
            }

            @Override
            public Mono<Void> end(String partyKey) {
                return legs.end(partyKey);
            }

            @Override
            public Mono<Void> endHere(String partyKey) {
                return legs.endHere(partyKey);
            }
        };
    }

    private static RelaySettings settings(boolean resumable) {
        return new RelaySettings(
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                DataSize.ofMegabytes(1),
                Duration.ofHours(1),
                resumable,
                false);
    }

    /** Rounds that repeat nothing and begin detached work at once. */
    static Rounds eager() {
        return (Rounds) Proxy.newProxyInstance(
                Rounds.class.getClassLoader(), new Class<?>[] {Rounds.class}, (_, method, arguments) -> {
                    if (method.getName().equals("repeat")) {
                        return null;
                    }
                    var work = ((Mono<?>) arguments[1]).cache();
                    var _ = work.subscribe();
                    return work;
                });
    }

    /** Legs that are there at once.
     *
     * @param ended is told the key of each party that ends
     */
    static Legs legs(BiFunction<Gateway, Party, Leg> to, Consumer<String> ended) {
        return new Legs() {
            @Override
            public Mono<Leg> to(Outbound outbound, Party party) {
                return Mono.fromSupplier(() -> to.apply(outbound.permit().gateway(), party));
            }

            @Override
            public Mono<Void> end(String partyKey) {
                return endHere(partyKey);
            }

            @Override
            public Mono<Void> endHere(String partyKey) {
                return Mono.fromRunnable(() -> ended.accept(partyKey));
            }
        };
    }

    /** Legs of clients without sessions, whose calls are never sent again. */
    static LoneLegs lone(Legs legs) {
        var tools = new CalledTools(catalog(() -> Snapshot.EMPTY));
        return new LoneLegs(legs, eager(), new Repeats(tools, _ -> {}, SomeBreakers.patient()));
    }

    static Catalog catalog(Supplier<Snapshot> snapshot) {
        return catalog(snapshot, Flux.never());
    }

    private static Catalog catalog(Supplier<Snapshot> snapshot, Flux<Snapshot> snapshots) {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(),
                new Class<?>[] {Catalog.class},
                (_, method, _) -> switch (method.getName()) {
                    case "snapshot" -> snapshot.get();
                    case "snapshots" -> snapshots;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Gateways gateways() {
        return (Gateways) Proxy.newProxyInstance(
                Gateways.class.getClassLoader(), new Class<?>[] {Gateways.class}, (_, method, _) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Outbound outbound(io.penstock.access.Permit permit) {
        return Outbounds.of(permit, URI.create("http://localhost:1/mcp"), new DefaultHttpHeaders());
    }

    static Outbound call(String user, Era era, String method, String body) {
        return call(user, era, method, body, new Route.One(GATEWAY, null));
    }

    static Outbound call(String user, Era era, String method, String body, Route route) {
        return call(user, era, method, body, route, new DefaultHttpHeaders(), true);
    }

    static Outbound call(
            String user, Era era, String method, String body, Route route, HttpHeaders headers, boolean mirrored) {
        var caller = new Caller(user, Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);
        var request = new Request(
                method,
                "/gateways/" + GATEWAY.id() + "/mcp",
                headers,
                InetSocketAddress.createUnresolved("localhost", 0),
                "test");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var envelope = bytes.length == 0 ? null : Envelopes.read(bytes);
        var arrival =
                new Arrival(request, new Target.GatewayTarget(GATEWAY.id()), era, envelope, null, bytes, mirrored);
        return outbound(Permits.of(caller, arrival, route));
    }

    /** A request of the stateless revision; its params without {@code _meta}. */
    Mono<Reply> stateless(String user, String id, String method, String params) {
        return stateless.handle(call(user, Era.STATELESS, "POST", statelessBody(id, method, params), route));
    }

    static String statelessBody(String id, String method, String params) {
        String meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}},\"progressToken\":\"mine\"}";
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params
                + (params.isEmpty() ? "" : ",") + meta + "}}";
    }

    Mono<Reply> begin(String user) {
        return begin(user, "2025-06-18");
    }

    Mono<Reply> begin(String user, String version) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                + "\"protocolVersion\":\"" + version + "\",\"capabilities\":{\"elicitation\":{}},"
                + "\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";
        var outbound = call(user, Era.SESSIONS, "POST", body, route);
        return sessions.begin(outbound, (io.penstock.wire.Message.Asked) io.penstock.wire.Message.read(body));
    }

    /** One message in a session of the user's. */
    Mono<Reply> in(Session.Held session, String user, String body) {
        return sessions.handle(call(user, Era.SESSIONS, "POST", body, route), session);
    }

    Session.Held session(String user, Reply begun) {
        String id = begun.session();
        if (id == null) {
            throw new AssertionError("initialize opened no session");
        }
        return (Session.Held)
                sealed.tokens(SETTINGS).open(call(user, Era.SESSIONS, "GET", "").permit(), id);
    }
}
