import { fileTypes, limits } from '../core/index.ts';
import { languageOf } from '../i18n/index.ts';
import type { WidgetConfig } from '../protocol/index.ts';
import { agentSchedule, isOpen, nextOpeningMs, weekSpans } from '../workspace/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** What the widget is told before there is a session; the hours as they are at this moment. */
export function widgetConfig(workspace: Workspace, nowMs: number): WidgetConfig {
  const { brand, color, languages, defaultLanguage, widget } = workspace;
  return {
    brand,
    color,
    languages: offered(languages),
    defaultLanguage,
    files: {
      bytesMax: limits.fileBytesMax,
      perMessageMax: limits.filesPerMessageMax,
      types: [...fileTypes],
    },
    greeting: { ...widget.greeting },
    topics: Object.fromEntries(
      Object.entries(widget.topics).map(([language, topics]) => [language, [...topics]]),
    ),
    launcher: { position: widget.position, icon: widget.icon },
    support: supportHours(workspace, nowMs),
  };
}

/**
 * The operator's colour, side and icon for the button, put into the loader as it is served: so the first page that a
 * visitor sees has them, without a request. Only signs that mean nothing in a script.
 */
export function launcherLook({ color, launcher }: WidgetConfig): string {
  const look = [color, launcher?.position, launcher?.icon].join(',');
  return /^[#\w,]+$/.test(look) ? look : '';
}

function supportHours(workspace: Workspace, nowMs: number): NonNullable<WidgetConfig['support']> {
  const schedule = agentSchedule(workspace);
  const staffed = isOpen(schedule, nowMs);
  const opensAtMs = staffed ? undefined : nextOpeningMs(schedule, nowMs);
  return {
    staffed,
    timeZone: schedule.timeZone,
    hours: weekSpans(schedule),
    ...(opensAtMs !== undefined && { opensAtMs }),
  };
}

/** A tag that is no language cannot be offered; the workspace check lets only well-formed ones in. */
function offered(tags: readonly string[]): WidgetConfig['languages'] {
  return tags.map(languageOf).filter((language) => language !== undefined);
}
