import { Alert, Anchor } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import { fieldErrorsOf } from '../../lib/fieldErrors';
import { bodyOf, templateFields, type TemplateDraft } from '../../lib/templateDraft';
import type { AdminTemplate, NewTemplate } from '../../types/vm.types';
import { FormBody } from '../FormDialog';
import { TemplateFields } from './TemplateFields';

interface Props {
  initial: TemplateDraft;
  submit: string;
  save: (body: NewTemplate) => Promise<AdminTemplate>;
  onSaved: (template: AdminTemplate) => void;
  onCancel: () => void;
  /** Whether what is edited here is known to be out of date. */
  isOutdated?: boolean;
  /** Throws away what was typed, for what is there now. */
  onReload?: () => void;
}

export function TemplateForm(props: Props) {
  const [draft, setDraft] = useState(props.initial);
  const saving = useMutation({ mutationFn: () => props.save(bodyOf(draft)), onSuccess: props.onSaved });
  const hasRefusedOld = saving.error instanceof ApiError && saving.error.type === 'precondition-failed';
  const reload = (
    <Anchor component="button" type="button" size="sm" onClick={props.onReload}>
      Load it anew, without what you have typed
    </Anchor>
  );
  return (
    <FormBody
      submit={props.submit}
      onSubmit={() => saving.mutate()}
      onCancel={props.onCancel}
      isPending={saving.isPending}
      error={saving.error}
      fields={templateFields}
      remedy={hasRefusedOld ? <>Somebody else has changed this template. {reload}</> : null}
    >
      {props.isOutdated && saving.isIdle ? (
        <Alert color="yellow" variant="light" title="This template has just been changed" role="status">
          Somebody else has saved it since you opened it. {reload}
        </Alert>
      ) : null}
      <TemplateFields
        draft={draft}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        errors={fieldErrorsOf(saving.error)}
      />
    </FormBody>
  );
}
