package io.penstock.account.password;

import static io.penstock.account.Accounts.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.account.Accounts;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.audit.LogLines;
import io.penstock.audit.Trail;
import io.penstock.audit.Trails;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import reactor.core.publisher.Mono;

/** The administrator of the settings, on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
class FirstAdminTests {

    private static final String PASSWORD = "first long secret";

    private final Database database;
    private final Accounts accounts;
    private final Trail trail;

    FirstAdminTests(Databases databases) {
        database = databases.fresh();
        trail = Trails.on(database);
        accounts = Accounts.on(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private FirstAdmin admin(String email, String password) {
        return Passwords.firstAdmin(database, Passwords.settings(email, password), trail);
    }

    @Test
    void isMadeAtTheFirstStartAndMustChangeThePassword() {
        admin("Root@Example.com", PASSWORD).start();

        var root = get(accounts.users().named("root@example.com"));
        assertThat(root.mustChangePassword()).isTrue();
        assertThat(get(accounts.roles().of(root.id()).collectList()))
                .singleElement()
                .satisfies(has -> assertThat(has.role().name()).isEqualTo("platform_admin"));
        var attempt = new Attempt("root@example.com", new Secret(PASSWORD), "192.0.2.1", null);
        assertThat(get(Passwords.on(database).logins().prove(attempt, Kind.LOGIN))
                        .id())
                .isEqualTo(root.id());
    }

    @Test
    void isMadeOnce() {
        admin("root@example.com", PASSWORD).start();
        var root = get(accounts.users().named("root@example.com"));

        admin("root@example.com", "another first secret").start();
        admin("second@example.com", PASSWORD).start();

        assertThat(get(accounts.users().named("root@example.com"))).isEqualTo(root);
        assertThat(accounts.users().named("second@example.com").blockOptional()).isEmpty();
    }

    /** Whoever sets a first password would else have the account of somebody who has one. */
    @Test
    void aUserWhoIsThereIsLeftAloneAndToldOf() {
        var there = accounts.user("root@example.com");

        try (var lines = new LogLines(FirstAdmin.class)) {
            admin("root@example.com", PASSWORD).start();

            assertThat(lines.containing("token --admin"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("PLATFORM_ADMIN_EMAIL", "platform_admin"));
        }

        assertThat(get(accounts.users().named("root@example.com"))).isEqualTo(there);
        assertThat(get(accounts.roles().of(there.id()).collectList())).isEmpty();
    }

    @Test
    void replicasThatStartAtOnceMakeOne() {
        var starts = new ArrayList<Mono<Void>>();
        for (int n = 0; n < 4; n++) {
            starts.add(admin("root@example.com", PASSWORD).make());
        }

        try (var lines = new LogLines(FirstAdmin.class)) {
            assertThat(Mono.when(starts).blockOptional()).isEmpty();

            assertThat(lines.containing("token --admin")).isEmpty();
        }

        var root = get(accounts.users().named("root@example.com"));
        assertThat(get(accounts.roles().of(root.id()).collectList())).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "root, first long secret, PLATFORM_ADMIN_EMAIL",
        "'', first long secret, PLATFORM_ADMIN_EMAIL",
        "root@example.com, '', PLATFORM_ADMIN_PASSWORD"
    })
    void aSettingThatCannotBeRightStopsTheStart(String email, String password, String setting) {
        assertThatThrownBy(() -> admin(email, password))
                .isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, error -> {
                    assertThat(error.getName()).isEqualTo(setting);
                    assertThat(error.getValue()).isNull();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "aaaaaaaaaaaaaaaaaaaa", "my root password", "changeme-changeme", "Admin-1234567"})
    void aWeakPasswordIsToldOfAndNotShown(String password) {
        var admin = admin("root@example.com", password);

        assertThat(admin.find()).singleElement().satisfies(weakness -> {
            assertThat(weakness.setting()).isEqualTo("PLATFORM_ADMIN_PASSWORD");
            assertThat(weakness.reason()).doesNotContain(password);
        });
        admin.start();
        assertThat(get(accounts.users().named("root@example.com")).password()).isTrue();
    }

    @Test
    void aGoodPasswordIsNoWeakness() {
        assertThat(admin("root@example.com", PASSWORD).find()).isEmpty();
        assertThat(admin("", "").find()).isEmpty();
    }

    @Test
    void isInTheAuditTrailWithTheRoleAndOnce() {
        admin("root@example.com", PASSWORD).start();
        admin("root@example.com", PASSWORD).start();

        String id = get(accounts.users().named("root@example.com")).id().toString();
        assertThat(get(trail.list(Trails.ALL, 9).collectList()))
                .extracting(Trail.Recorded::entry)
                .allSatisfy(entry -> {
                    assertThat(entry.userEmail()).isEqualTo("PLATFORM_ADMIN_EMAIL");
                    assertThat(entry.source()).isEqualTo("settings");
                    assertThat(entry.resourceType()).isEqualTo("user");
                    assertThat(entry.resourceId()).isEqualTo(id);
                    assertThat(entry.outcome()).isEqualTo(Trail.Outcome.SUCCESS);
                })
                .extracting(Trail.Entry::action)
                .containsExactlyInAnyOrder("create", "assign_role");
    }

    @Test
    void isNotMadeWithoutItsEntry() {
        var broken = Passwords.firstAdmin(database, Passwords.settings("root@example.com", PASSWORD), Trails.broken());

        assertThatThrownBy(broken::start).isInstanceOf(RuntimeException.class);

        assertThat(accounts.users().named("root@example.com").blockOptional()).isEmpty();
    }

    @Test
    void nobodyIsMadeWithoutTheSettings() {
        admin("", "").start();

        assertThat(get(accounts.users().list(null, 9, null).collectList())).isEmpty();
    }
}
