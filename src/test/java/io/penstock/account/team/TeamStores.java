package io.penstock.account.team;

import io.penstock.store.Database;

/** The stores of teams of one replica on a test's database. */
public record TeamStores(Teams teams, Invitations invitations) {

    public static TeamStores on(Database database) {
        var teams = new R2dbcTeams(
                database.client(),
                database.transactions(),
                database.changes(),
                new Memberships(database.client(), database.changes()));
        return new TeamStores(teams, new R2dbcInvitations(database.client(), database.transactions(), teams));
    }
}
