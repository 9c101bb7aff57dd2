-- The journal, version 18: of each asset not only the last stay, but what was told of it lately, for late data.

UPDATE stays SET body = CAST(
    json_object(
        'asset', asset,
        'asset_kind', json_extract(CAST(body AS TEXT), '$.asset_kind'),
        'settled', json_array(json(CAST(body AS TEXT))),
        'settled_us', coalesce(
            json_extract(CAST(body AS TEXT), '$.until_us'), json_extract(CAST(body AS TEXT), '$.since_us')
        )
    ) AS BLOB
);
