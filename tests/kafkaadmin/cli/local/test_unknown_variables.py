"""What ``kafkaadmin check`` says of variables that nothing reads."""

from kafkaadmin.cli.local.unknown_variables import unknown_variables


def test_what_is_misspelt_is_named_with_what_is_meant() -> None:
    known = {
        "KAFKAADMIN_OIDC_ISSUER": "",
        "KAFKAADMIN_OIDC_CLIENT_SECRET_FILE": "",
        "PATH": "",
        "KAFKA_CLUSTERS_0_NAME": "",
    }
    of_kubernetes = {"KAFKAADMIN_SERVICE_HOST": "", "KAFKAADMIN_PORT": "", "KAFKAADMIN_PORT_8080_TCP_ADDR": ""}
    assert unknown_variables(known | of_kubernetes) == {}
    assert unknown_variables({"KAFKAADMIN_OIDC_CLIENTID": "", "KAFKAADMIN_NOTHING_LIKE_IT": ""}) == {
        "KAFKAADMIN_NOTHING_LIKE_IT": "", "KAFKAADMIN_OIDC_CLIENTID": "KAFKAADMIN_OIDC_CLIENT_ID",
    }  # fmt: skip
