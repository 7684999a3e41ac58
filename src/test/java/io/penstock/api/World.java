package io.penstock.api;

import io.penstock.access.Explanation;
import io.penstock.access.Gate;
import io.penstock.access.Permission;
import io.penstock.access.Permit;
import io.penstock.account.Accounts;
import io.penstock.account.Roles;
import io.penstock.account.Users;
import io.penstock.account.password.Logins;
import io.penstock.account.password.PasswordHashes;
import io.penstock.account.password.PasswordPolicy;
import io.penstock.account.password.Passwords;
import io.penstock.account.team.Invitations;
import io.penstock.account.team.TeamSettings;
import io.penstock.account.team.Teams;
import io.penstock.account.token.HeldTokens;
import io.penstock.account.token.TokenSettings;
import io.penstock.account.token.TokenStores;
import io.penstock.account.token.Tokens;
import io.penstock.audit.Proof;
import io.penstock.audit.Trail;
import io.penstock.audit.call.MemoryCalls;
import io.penstock.caller.Caller;
import io.penstock.caller.Callers;
import io.penstock.caller.Directory;
import io.penstock.caller.Grants;
import io.penstock.caller.Identity;
import io.penstock.caller.OwnTokens;
import io.penstock.caller.Quotas;
import io.penstock.caller.Recalls;
import io.penstock.caller.SignIns;
import io.penstock.caller.flow.FlowCookies;
import io.penstock.caller.flow.FlowStores;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.flow.Papers;
import io.penstock.caller.proxy.Addresses;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Forgery;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Rotations;
import io.penstock.catalog.Server;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Snapshot;
import io.penstock.catalog.snapshot.Snapshots;
import io.penstock.credential.CredentialSettings;
import io.penstock.health.Health;
import io.penstock.ingress.IngressSettings;
import io.penstock.loop.Rounds;
import io.penstock.oauth.AuthorizeUrls;
import io.penstock.oauth.MemoryAgreements;
import io.penstock.oauth.MemoryConnections;
import io.penstock.oauth.connect.Connecting;
import io.penstock.oauth.connect.Connectings;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.store.Census;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.store.IdempotencyKeys;
import io.penstock.store.Revocations;
import io.penstock.store.Transactions;
import io.penstock.store.sealed.VaultReport;
import io.penstock.vault.KnownWeaknesses;
import io.penstock.vault.Vault;
import io.penstock.vault.Weakness;
import io.penstock.wire.Arrival;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Everything behind the edge, in memory, and what was asked of it. */
class World {

    static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

    final MemoryGateways gateways = new MemoryGateways();
    final MemoryFeatures features = new MemoryFeatures();
    final MemoryServers servers = new MemoryServers(gateways, features);
    final MemoryCalls calls = new MemoryCalls();
    final MemoryConnections connections = new MemoryConnections();
    final MemoryAgreements agreements = new MemoryAgreements();
    final List<Trail.Entry> recorded = new CopyOnWriteArrayList<>();
    final List<Trail.Entry> recordedOutside = new CopyOnWriteArrayList<>();
    final List<Trail.Entry> noted = new CopyOnWriteArrayList<>();

    /** The networks that those came from who were not identified. */
    final List<Object> strangers = new CopyOnWriteArrayList<>();

    final List<Trail.Recorded> trail = new CopyOnWriteArrayList<>();
    final List<String> revoked = new CopyOnWriteArrayList<>();
    final Map<String, Caller> people = new HashMap<>();
    final Map<String, IdempotencyKeys.Made> keys = new HashMap<>();

    /** Permissions that nobody has on one thing, each a scope, a space and the name of the thing or of a team. */
    final Set<String> withheld = new HashSet<>();

    Function<Gateway, Mono<Gateway>> check = Mono::just;
    Function<Gateway, Mono<Void>> greet = gateway -> Mono.empty();
    Function<Gateway, Mono<Health.Discovery>> discover = gateway -> Mono.empty();
    boolean ready = true;
    boolean reachable = true;
    final Database database = Databases.H2.fresh();
    final Accounts accounts = Accounts.on(database);
    final OvertakenUsers users = new OvertakenUsers(accounts.users());
    final Passwords passwords = Passwords.on(database);
    final TokenStores apiTokens = TokenStores.on(database);
    final List<Caller> spenders = new CopyOnWriteArrayList<>();
    Quotas quotas = caller -> Mono.empty();
    final Directory directory = accounts.directory();
    boolean signs = true;

    void reset() {
        accounts.clear(database);
        users.meanwhile(Mono.empty());
        refresh();
        signs = true;
        gateways.clear();
        features.clear();
        servers.clear();
        calls.clear();
        connections.rows.clear();
        agreements.kept.clear();
        List.of(recorded, recordedOutside, noted, strangers, trail, revoked).forEach(List::clear);
        keys.clear();
        withheld.clear();
        spenders.clear();
        quotas = caller -> Mono.fromRunnable(() -> spenders.add(caller));
        people.clear();
        person("root", true, Set.of(), null);
        person("alice", false, Set.of("team-alpha"), null);
        person("bob", false, Set.of(), null);
        person("reader", false, Set.of(), Set.of("gateways.read"));
        check = Mono::just;
        discover = gateway -> Mono.empty();
        ready = true;
        reachable = true;
    }

    void person(String name, boolean admin, Set<String> teams, Set<String> scopes) {
        people.put(
                name,
                new Caller(name + "@example.com", Caller.Source.JWT, admin, teams, scopes, "digest-" + name, EXPIRES));
    }

    /** Somebody whom a proxy does not name, by the token of that name. */
    void nobody(String name) {
        people.put(
                name,
                new Caller(
                        Identity.ANONYMOUS,
                        Caller.Source.ANONYMOUS,
                        false,
                        Set.of(),
                        Set.of("gateways.read"),
                        false,
                        Grants.NONE,
                        null,
                        "digest-of-nobody",
                        EXPIRES));
    }

    /** What the tables of accounts say now is known to calls. */
    void refresh() {
        var _ = directory.refresh().blockOptional(Duration.ofSeconds(30));
    }

    static Mono<Boolean> inTransaction() {
        return Mono.deferContextual(context -> Mono.just(context.hasKey("transaction")));
    }

    @Bean
    Database database() {
        return database;
    }

    @Bean
    Directory directory() {
        return directory;
    }

    @Bean
    Users users() {
        return users;
    }

    @Bean
    Roles roles() {
        return accounts.roles();
    }

    @Bean
    Teams teams() {
        return accounts.teams().teams();
    }

    @Bean
    Invitations invitations() {
        return accounts.teams().invitations();
    }

    @Bean
    TeamSettings teamSettings() {
        return new TeamSettings(50, 100, Duration.ofDays(7));
    }

    @Bean
    Logins logins() {
        return passwords.logins();
    }

    @Bean
    PasswordHashes passwordHashes() {
        return passwords.hashes();
    }

    @Bean
    PasswordPolicy passwordPolicy() {
        return passwords.policy();
    }

    @Bean
    SignIns signIns() {
        return (SignIns) directory;
    }

    @Bean
    OwnTokens ownTokens() {
        return (user, generation, lifetime) -> {
            if (!signs) {
                throw new Refusal(new Reason.NotFound("There is no key"));
            }
            return "token of " + user;
        };
    }

    @Bean
    Tokens apiTokens() {
        return apiTokens.tokens();
    }

    @Bean
    HeldTokens heldTokens() {
        return apiTokens.held();
    }

    @Bean
    TokenSettings tokenSettings() {
        return new TokenSettings(Duration.ofDays(90), Duration.ofDays(366), 100);
    }

    @Bean
    Quotas quotas() {
        return caller -> quotas.spend(caller);
    }

    @Bean
    MemoryGateways gateways() {
        return gateways;
    }

    @Bean
    MemoryFeatures features() {
        return features;
    }

    @Bean
    MemoryServers servers() {
        return servers;
    }

    @Bean
    Transactions transactions() {
        return new Transactions() {
            @Override
            public <T> Mono<T> run(Mono<T> work) {
                return work.contextWrite(context -> context.put("transaction", true));
            }

            @Override
            public Mono<Void> afterCommit(Runnable action) {
                return Mono.fromRunnable(action);
            }
        };
    }

    /** Knows people by a bearer token that is their name. */
    @Bean
    Callers callers() {
        return request -> {
            var caller = people.get(bearer(request));
            return caller == null
                    ? Mono.error(new Refusal(new Reason.Unauthenticated("Present a token")))
                    : directory.complete(caller);
        };
    }

    private static String bearer(Request request) {
        var header = request.header("Authorization");
        return header == null ? "" : header.substring("Bearer ".length());
    }

    @Bean
    Gate gate() {
        return new Gate() {
            @Override
            public Mono<Permit> permit(Caller caller, Arrival arrival) {
                throw new UnsupportedOperationException();
            }

            @Override
            public @Nullable Refusal objection(Caller caller, Permit permit) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Mono<Explanation> explain(Caller caller, Arrival arrival, Snapshot registered) {
                return explain(caller, arrival);
            }

            @Override
            public Mono<Explanation> explain(Caller caller, Arrival arrival) {
                var step = new Explanation.Step(
                        "role", caller.admin(), arrival.target().name());
                return Mono.just(new Explanation(caller.admin(), "asked", List.of(step)));
            }

            @Override
            public Flux<Showing> showings(Permit permit) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Permit own(Gateway gateway) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Permit own(Gateway gateway, Caller sender) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Mono<Caller> require(Caller caller, Permission permission) {
                return may(caller, permission, null)
                        ? Mono.just(caller)
                        : Mono.error(new Refusal(new Reason.Forbidden(permission.scope())));
            }

            @Override
            public void demand(Caller caller, Permission permission, Gateway gateway) {
                demand(caller, permission, gateway.name(), gateway.teamId());
            }

            @Override
            public void demand(Caller caller, Permission permission, Server server) {
                demand(caller, permission, server.name(), server.teamId());
            }

            @Override
            public void demandIn(Caller caller, Permission permission, @Nullable String team) {
                demand(caller, permission, String.valueOf(team), team);
            }

            private void demand(Caller caller, Permission permission, String what, @Nullable String team) {
                if (!may(caller, permission, team) || withheld.contains(permission.scope() + " " + what)) {
                    throw new Refusal(new Reason.Forbidden(permission.scope()));
                }
            }

            private static boolean may(Caller caller, Permission permission, @Nullable String team) {
                return caller.scopes() == null
                        ? caller.admin() || has(caller, permission, team)
                        : caller.scopes().contains(permission.scope());
            }

            @Override
            public Set<String> scopesOfGroups(Caller caller) {
                return Set.of();
            }

            @Override
            public boolean sees(Caller caller, Gateway gateway) {
                return World.sees(viewer(caller), gateway);
            }

            @Override
            public Viewer viewer(Caller caller) {
                return new Viewer(caller.admin(), caller.user(), caller.teams());
            }

            @Override
            public Viewer viewer(Caller caller, Permission permission) {
                return withheld.stream().noneMatch(one -> one.startsWith(permission.scope() + " "))
                        ? viewer(caller)
                        : new Viewer(caller.admin(), caller.user(), caller.teams(), allBut(permission));
            }

            private Set<UUID> allBut(Permission permission) {
                return gateways.rows.values().stream()
                        .filter(gateway -> !withheld.contains(permission.scope() + " " + gateway.name()))
                        .map(Gateway::id)
                        .collect(Collectors.toSet());
            }
        };
    }

    /** Who has no role may all but administer. */
    private static boolean has(Caller caller, Permission permission, @Nullable String team) {
        String scope = permission.scope();
        var everywhere = caller.grants().everywhere();
        var there = team == null ? null : caller.grants().inTeams().get(team);
        boolean administers =
                Stream.of("users.", "roles.", "teams.", "tokens.", "audit.").anyMatch(scope::startsWith);
        return (everywhere == null ? !administers : everywhere.contains(scope))
                || (there != null && there.contains(scope));
    }

    static boolean sees(Viewer viewer, Gateway gateway) {
        return viewer.sees(gateway);
    }

    @Bean
    Rotations rotations() {
        return new MemoryRotations(gateways);
    }

    @Bean
    CredentialSettings credentialSettings() {
        return new CredentialSettings(java.time.Duration.ofHours(1), 5);
    }

    @Bean
    KnownWeaknesses weaknesses() {
        return () -> List.of(new Weakness("DATABASE_URL", "Its password is short."));
    }

    @Bean
    Census census() {
        return () -> reachable
                ? Mono.just(new Census.Figures(
                        List.of(new Census.Table("gateways", 3)),
                        List.of(new Census.Migration("1", "gateways", java.time.LocalDateTime.MIN, true)),
                        List.of(new Census.Audited("REFUSED", 2))))
                : Mono.error(new DatabaseAway());
    }

    static final class DatabaseAway extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    @Bean
    VaultReport vaultReport() {
        return () -> Mono.just(new VaultReport.State(
                List.of(
                        new VaultReport.HeldKey(
                                "01aaaaaaaa", "AUTH_ENCRYPTION_SECRET", true, true, Instant.EPOCH, 2, true),
                        new VaultReport.HeldKey(
                                "01bbbbbbbb", "AUTH_ENCRYPTION_PREVIOUS_SECRETS", false, false, null, 0, true)),
                List.of(new VaultReport.HeldValues(
                        new VaultReport.Column("gateways", "auth_sealed"), true, "01aaaaaaaa", 2)),
                List.of()));
    }

    @Bean
    MemoryConnections connections() {
        return connections;
    }

    @Bean
    MemoryAgreements agreements() {
        return agreements;
    }

    @Bean
    CookiePolicy cookiePolicy() {
        return new CookiePolicy(true);
    }

    @Bean
    Forgery forgery(IngressSettings ingress) {
        return new Forgery(ingress);
    }

    @Bean
    FlowCookies flowCookies(CookiePolicy policy) {
        return new FlowCookies(policy);
    }

    @Bean
    Flows flows(Vault vault) {
        return FlowStores.on(database, vault);
    }

    @Bean
    Connecting connecting(Flows flows, FlowCookies cookies, IngressSettings ingress) {
        return Connectings.of(
                gateways,
                (gateway, config) -> Mono.just(AuthorizationServer.fixed(gateway, config)),
                flows,
                cookies,
                agreements,
                ingress);
    }

    @Bean
    Papers papers(Vault vault) {
        return new Papers(vault, InstantSource.system());
    }

    @Bean
    AuthorizeUrls authorizeUrls(IngressSettings ingress) {
        return new AuthorizeUrls(ingress);
    }

    @Bean
    MemoryCalls calls() {
        return calls;
    }

    @Bean
    ClientAddresses clientAddresses() {
        return Addresses.ofSockets();
    }

    @Bean
    Proof proof() {
        return new Proof() {
            @Override
            public Mono<Verified> verify() {
                return Mono.just(new Verified(1, 2, 0, List.of()));
            }

            @Override
            public Flux<String> export() {
                return Flux.just("{\"kind\":\"chain\"}", "{\"kind\":\"entry\"}");
            }
        };
    }

    @Bean
    Trail trail() {
        return new Trail() {
            @Override
            public Mono<Void> record(Entry entry) {
                return inTransaction()
                        .doOnNext(inside -> (inside ? recorded : recordedOutside).add(entry))
                        .then();
            }

            @Override
            public void note(Entry entry) {
                noted.add(entry);
            }

            @Override
            public void note(Entry entry, Object network) {
                noted.add(entry);
                strangers.add(network);
            }

            @Override
            public Flux<Recorded> list(Query query, int limit) {
                return Flux.fromStream(trail.reversed().stream()
                        .filter(row -> query.userEmail() == null
                                || query.userEmail().equals(row.entry().userEmail()))
                        .filter(row -> query.outcome() == null
                                || query.outcome() == row.entry().outcome())
                        .filter(row -> query.since() == null || !row.time().isBefore(query.since()))
                        .filter(row -> query.beforeTime() == null || row.time().isBefore(query.beforeTime()))
                        .limit(limit));
            }
        };
    }

    @Bean
    Health health() {
        return new Health() {
            @Override
            public String circuit(UUID gateway) {
                return "closed";
            }

            @Override
            public Mono<Gateway> check(Gateway gateway) {
                return check.apply(gateway);
            }

            @Override
            public Mono<Discovery> discover(Gateway gateway) {
                return discover.apply(gateway);
            }

            @Override
            public Mono<Discovery> discover(Gateway gateway, Caller caller) {
                return discover.apply(gateway);
            }

            @Override
            public Mono<Void> greet(Gateway gateway) {
                return greet.apply(gateway);
            }
        };
    }

    @Bean
    Rounds rounds() {
        return new Rounds() {
            @Override
            public void repeat(String name, Duration pause, Mono<Void> round) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <T> Mono<T> detach(String name, Mono<T> work) {
                return Mono.fromFuture(work.toFuture(), true);
            }
        };
    }

    @Bean
    Revocations revocations() {
        return new Revocations() {
            @Override
            public boolean revoked(String digest) {
                return revoked.contains(digest);
            }

            @Override
            public Mono<Void> revoke(String digest, Instant until) {
                return Mono.fromRunnable(() -> revoked.add(digest + " until " + until));
            }
        };
    }

    @Bean
    Recalls recalls() {
        return new Recalls() {
            @Override
            public Set<String> issuers() {
                return Set.of("penstock");
            }

            @Override
            public Mono<Recalled> byId(String jti, String issuer, @Nullable Instant until) {
                return Mono.fromRunnable(() -> revoked.add(jti + " of " + issuer + " until " + until))
                        .thenReturn(new Recalled(jti, issuer, until == null ? EXPIRES : until));
            }

            @Override
            public Mono<Recalled> byToken(String token) {
                return Mono.fromRunnable(() -> revoked.add(token))
                        .thenReturn(new Recalled("digest", "penstock", EXPIRES));
            }
        };
    }

    @Bean
    Catalog catalog() {
        return new Catalog() {

            @Override
            public Flux<Snapshot> snapshots() {
                return Flux.just(snapshot());
            }

            @Override
            public Snapshot snapshot() {
                return Snapshot.EMPTY;
            }

            @Override
            public Mono<Snapshot> read() {
                return refresh();
            }

            @Override
            public Mono<Snapshot> refresh(java.util.Collection<String> names) {
                return refresh();
            }

            @Override
            public Mono<Snapshot> refresh() {
                return Mono.fromSupplier(() -> Snapshots.of(
                        List.copyOf(gateways.rows.values()),
                        List.copyOf(servers.rows.values()),
                        List.copyOf(features.rows.values())));
            }

            @Override
            public Mono<Void> ready() {
                return ready ? Mono.empty() : Mono.never();
            }
        };
    }

    @Bean
    IdempotencyKeys idempotencyKeys() {
        return new IdempotencyKeys() {
            @Override
            public Mono<Made> find(String user, String key) {
                return Mono.justOrEmpty(keys.get(user + key));
            }

            @Override
            public Mono<Boolean> take(String user, String key, String fingerprint) {
                return inTransaction()
                        .map(inside -> inside && keys.putIfAbsent(user + key, new Made(fingerprint, null)) == null);
            }

            @Override
            public Mono<Void> made(String user, String key, UUID resource) {
                return Mono.fromRunnable(
                        () -> keys.computeIfPresent(user + key, (k, taken) -> new Made(taken.fingerprint(), resource)));
            }
        };
    }

    /** Bytes behind their context: enough to see that they are opened with the one that they were sealed with. */
    @Bean
    Vault vault() {
        return new Vault() {
            @Override
            public byte[] seal(byte[] plain, String context) {
                return (context + "\n" + java.util.HexFormat.of().formatHex(plain)).getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public byte[] open(byte[] sealed, String context) throws SealBroken {
                var parts = new ArrayList<>(List.of(new String(sealed, StandardCharsets.UTF_8).split("\n", 2)));
                if (!parts.getFirst().equals(context)) {
                    throw new SealBroken();
                }
                return java.util.HexFormat.of().parseHex(parts.getLast());
            }
        };
    }
}
