package io.penstock.account.password;

import io.penstock.account.BuiltIn;
import io.penstock.account.Roles;
import io.penstock.account.Rows;
import io.penstock.account.User;
import io.penstock.account.Users;
import io.penstock.audit.Trail;
import io.penstock.caller.Identity;
import io.penstock.loop.Beforehand;
import io.penstock.store.Transactions;
import io.penstock.vault.Strength;
import io.penstock.vault.Weakness;
import io.penstock.vault.Weaknesses;
import io.penstock.wire.Refusal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Makes the administrator that the settings name, at the first start where nobody is one. */
final class FirstAdmin implements SmartLifecycle, Weaknesses {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAdmin.class);

    private static final String ADMINS = """
            SELECT COUNT(*) AS n FROM role_assignments a JOIN roles r ON r.id = a.role_id
            WHERE r.name = 'platform_admin' AND r.built_in
            """;

    private final PasswordSettings settings;
    private final PasswordPolicy policy;
    private final PasswordHashes hashes;
    private final Users users;
    private final Roles roles;
    private final DatabaseClient database;
    private final Transactions transactions;
    private final Trail trail;
    private volatile boolean running;

    FirstAdmin(
            PasswordSettings settings,
            PasswordPolicy policy,
            PasswordHashes hashes,
            Users users,
            Roles roles,
            DatabaseClient database,
            Transactions transactions,
            Trail trail) {
        this.settings = settings;
        this.hashes = hashes;
        this.users = users;
        this.roles = roles;
        this.database = database;
        this.transactions = transactions;
        this.policy = policy;
        this.trail = trail;
        check(settings);
    }

    private static void check(PasswordSettings settings) {
        String name = Identity.canonical(settings.adminEmail());
        boolean password = !settings.adminPassword().reveal().isEmpty();
        if (settings.adminEmail().isEmpty() && !password) {
            return;
        }
        if (name == null || !name.contains("@")) {
            throw wrong("PLATFORM_ADMIN_EMAIL", "It must be an e-mail address, like admin@example.com.");
        }
        if (!password) {
            throw wrong("PLATFORM_ADMIN_PASSWORD", "It is missing: PLATFORM_ADMIN_EMAIL needs a first password.");
        }
    }

    @Override
    public List<Weakness> find() {
        String name = Identity.canonical(settings.adminEmail());
        if (name == null) {
            return List.of();
        }
        String weakness = policy.weakness(settings.adminPassword(), name);
        if (weakness == null && Strength.isEasilyGuessed(settings.adminPassword())) {
            weakness = "is one that is tried first: make up another";
        }
        return weakness == null ? List.of() : List.of(new Weakness("PLATFORM_ADMIN_PASSWORD", "It " + weakness + "."));
    }

    private static InvalidConfigurationPropertyValueException wrong(String setting, String reason) {
        return new InvalidConfigurationPropertyValueException(setting, null, reason);
    }

    /** Empty where there is nobody to make, another replica made them, or somebody has the name already: whose account would it be? */
    Mono<Void> make() {
        String name = Identity.canonical(settings.adminEmail());
        if (name == null) {
            return Mono.empty();
        }
        return admins().filter(admins -> admins == 0)
                .flatMap(_ -> hashes.hash(settings.adminPassword()))
                .flatMap(hash -> transactions.run(users.create(name, new Users.Draft(null, true, true, hash))
                        .zipWith(roles.named(BuiltIn.PLATFORM_ADMIN.text()))
                        .flatMap(made -> roles.assign(
                                        made.getT1().id(), made.getT2().id(), null, Trail.Entry.SETTING)
                                .flatMap(given -> recorded(made.getT1()).thenReturn(given)))))
                .doOnNext(_ -> LOG.info(
                        "The administrator of PLATFORM_ADMIN_EMAIL was made; the first password has to be changed"))
                .then()
                .onErrorResume(
                        Refusal.class, _ -> admins().doOnNext(FirstAdmin::warn).then());
    }

    /** Of a user who is there already; where another replica was faster, there is an administrator. */
    private static void warn(long admins) {
        if (admins == 0) {
            LOG.warn(
                    "Nobody has the role platform_admin, and the user of PLATFORM_ADMIN_EMAIL is there already and is left"
                            + " as they are: name somebody new there, or give the role by POST /users/{id}/roles with a token that"
                            + " the command token --admin makes");
        }
    }

    /** Who made it is whoever sets the settings; there was nobody to ask yet. */
    private Mono<Void> recorded(User admin) {
        return trail.record(entry("create", admin, "The first administrator, " + admin.name()))
                .then(trail.record(entry("assign_role", admin, BuiltIn.PLATFORM_ADMIN.text())));
    }

    private static Trail.Entry entry(String action, User admin, String detail) {
        return new Trail.Entry(
                Trail.Entry.SETTING,
                "settings",
                action,
                "user",
                admin.id().toString(),
                Trail.Outcome.SUCCESS,
                detail,
                "start");
    }

    private Mono<Long> admins() {
        return database.sql(ADMINS).map(row -> Rows.get(row, "n", Long.class)).one();
    }

    /** Waits: the gateway that begins to listen has its administrator. */
    @Override
    public void start() {
        var _ = Beforehand.await(make(), "The administrator of PLATFORM_ADMIN_EMAIL could not be made");
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before what is known of users is read. */
    @Override
    public int getPhase() {
        return -1;
    }
}
